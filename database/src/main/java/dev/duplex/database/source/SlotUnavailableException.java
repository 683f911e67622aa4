package dev.duplex.database.source;

import java.sql.SQLException;

/** The link's slot has a reader, or is not there: look again who has the link. */
public final class SlotUnavailableException extends SQLException {
  private static final long serialVersionUID = 1;

  public SlotUnavailableException(SQLException cause) {
    super(cause.getMessage(), cause.getSQLState(), cause);
  }
}
