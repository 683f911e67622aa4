package dev.duplex.database.source;

import dev.duplex.config.PrimaryConfig;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.util.List;

/**
 * What a link needs on its primary besides its place in the log: checks, and the publication, which
 * says whose changes the log delivers. Every step can be done again, and begun again after it was
 * killed.
 *
 * <p>Owned by one thread; uses one session in autocommit mode.
 */
public interface SourceSetup {
  /**
   * Keeps out a second set-up of the same link until the session ends.
   *
   * @return whether this is the only one
   */
  boolean lock() throws SQLException;

  /** What stands in the way; each a line that says what to set. */
  List<String> problems() throws SQLException;

  /** The tables of the link, and which of them are new. */
  TableChoice chooseTables(PrimaryConfig config) throws SQLException;

  /** Whether the publication is there. */
  boolean hasPublication() throws SQLException;

  /** The tables of the publication, in order. */
  List<TableId> publishedTables() throws SQLException;

  /** Creates the publication, or adds tables to it, in one transaction with what that needs. */
  void publish(TableChoice choice) throws SQLException;

  /** Drops the publication, if it is there. */
  void dropPublication() throws SQLException;

  /** The primary's clock, microseconds since 1970. */
  long clockMicros() throws SQLException;
}
