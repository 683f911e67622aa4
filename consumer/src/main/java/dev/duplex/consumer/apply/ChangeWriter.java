package dev.duplex.consumer.apply;

import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import java.sql.SQLException;

/**
 * Brings changes into the secondary, within the transaction that its connection is in. Not
 * thread-safe.
 */
public interface ChangeWriter {
  /**
   * Takes a change; it is written now or at the next {@link #flush}.
   *
   * @throws ReplayNeededException if the group must be applied change by change
   */
  void write(Change change, RowFormat format) throws SQLException, ReplayNeededException;

  /**
   * Writes what was taken so far. After it the memory is free.
   *
   * @throws ReplayNeededException if the group must be applied change by change
   */
  void flush() throws SQLException, ReplayNeededException;

  /** Forgets what was taken and not written, and what was counted: the transaction has ended. */
  void reset();

  /** Rows since {@link #reset} that were not as the changes implied, and were healed. */
  long mismatches();
}
