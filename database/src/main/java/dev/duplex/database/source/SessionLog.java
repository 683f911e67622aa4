package dev.duplex.database.source;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a session of the application what it wrote and how far the primary's log is. Where it must
 * leave the transaction for that, it does so below the pool's connection, which takes no notice.
 * Used by the connection's thread.
 */
public interface SessionLog {
  /** What the session is in. */
  enum TransactionState {
    IDLE,
    OPEN,
    /** A statement has failed: nothing but a rollback is possible. */
    FAILED
  }

  /** A call of JDBC, with whatever it returns. */
  @FunctionalInterface
  interface SqlAction {
    @Nullable Object run() throws SQLException;
  }

  /**
   * What a transaction did that is about to be committed.
   *
   * @param wrote whether it wrote anything that the log will have
   * @param unflushed whether its commit will not wait for the disk
   */
  record Work(boolean wrote, boolean unflushed) {}

  /**
   * Where the log ends.
   *
   * @param inserted what is in memory
   * @param flushed what is on disk, and may be sent
   * @param unflushed whether commits of the session do not wait for the disk
   */
  record Ends(long inserted, long flushed, boolean unflushed) {
    /** A position behind the commit that has just returned. */
    public long behindCommit(boolean wasUnflushed) {
      return wasUnflushed ? inserted : flushed;
    }
  }

  /** Known without asking the server. */
  TransactionState state();

  /** Asks within the open transaction. */
  Work work() throws SQLException;

  /** Asks outside of any transaction, and leaves none open. */
  Ends ends() throws SQLException;

  /** Runs in a transaction of its own what would otherwise commit by itself. */
  @Nullable Object inTransaction(SqlAction action) throws SQLException;
}
