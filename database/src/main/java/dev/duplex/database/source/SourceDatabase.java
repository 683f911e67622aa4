package dev.duplex.database.source;

import dev.duplex.schemas.Instance;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The primary of one link. Opens what the link's loops work with; each of these is used by one
 * thread. Thread-safe.
 *
 * <p>Whatever fails is an {@link SQLException}, sorted by {@link dev.duplex.database.SqlFailure},
 * unless a method says that it throws one of Duplex's own failures.
 */
public interface SourceDatabase {
  /**
   * Opens an ordinary session for owning the link. While it is open {@link
   * SourceControl#isConnected} says so of the instance.
   */
  SourceControl openControl(Instance instance) throws SQLException;

  /**
   * Takes the link's slot and begins to read the log from where it was confirmed.
   *
   * @throws SlotUnavailableException if another session has the slot, or there is none (any more)
   */
  LogReader openLog() throws SQLException;

  /**
   * Opens a session that sees the primary as it was when a snapshot was taken.
   *
   * @param name of a snapshot that another session has exported and still holds
   */
  SourceSnapshot openSnapshot(String name) throws SQLException;

  /**
   * Looks at what a session of the application does.
   *
   * @param session the pool's own connection, which remains the caller's
   */
  SessionLog sessionLog(Connection session) throws SQLException;
}
