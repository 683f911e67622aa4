package dev.duplex.producer.datasource;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Asks a session of the primary what it wrote and how far the log is. Where it must leave the
 * transaction for that, it does so below the pool's connection, which takes no notice. Used by the
 * connection's thread.
 */
final class SessionLog {
  // Every name is qualified: the search path is the application's.
  private static final String WROTE =
      "SELECT pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL,"
          + " pg_catalog.current_setting('synchronous_commit') = 'off'";
  private static final String ENDS =
      "SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint,"
          + " pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), '0/0')::bigint,"
          + " pg_catalog.current_setting('synchronous_commit') = 'off'";
  private static final int PAGE_BYTES = 8192;
  private static final int PAGE_HEADER_BYTES = 24;

  private final Connection pooled;
  private final BaseConnection session;

  /**
   * What a transaction did that is about to be committed.
   *
   * @param wrote whether it has a number, which it gets with the first thing it writes
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
    long behindCommit(boolean wasUnflushed) {
      if (!wasUnflushed) {
        return flushed;
      }
      // The next record's place; at the begin of a page the last one ended before its header.
      return inserted % PAGE_BYTES == PAGE_HEADER_BYTES ? inserted - PAGE_HEADER_BYTES : inserted;
    }
  }

  /**
   * Asks over a connection.
   *
   * @param pooled the pool's own
   */
  SessionLog(Connection pooled) throws SQLException {
    this.pooled = pooled;
    this.session = pooled.unwrap(BaseConnection.class);
  }

  TransactionState state() {
    return session.getTransactionState();
  }

  /** Asks within the open transaction. */
  Work work() throws SQLException {
    try (PreparedStatement query = pooled.prepareStatement(WROTE);
        ResultSet row = query.executeQuery()) {
      row.next();
      return new Work(row.getBoolean(1), row.getBoolean(2));
    }
  }

  /** Asks outside of any transaction, and leaves none open. */
  Ends ends() throws SQLException {
    boolean autoCommit = session.getAutoCommit();
    session.setAutoCommit(true);
    try (PreparedStatement query = session.prepareStatement(ENDS);
        ResultSet row = query.executeQuery()) {
      row.next();
      return new Ends(row.getLong(1), row.getLong(2), row.getBoolean(3));
    } catch (SQLException e) {
      tellPool(e);
      throw e;
    } finally {
      if (!session.isClosed()) {
        session.setAutoCommit(autoCommit);
      }
    }
  }

  /** Runs in a transaction of its own what would otherwise commit by itself. */
  @Nullable Object inTransaction(SqlAction action) throws SQLException {
    session.setAutoCommit(false);
    @Nullable Object result;
    try {
      result = action.run();
      session.commit();
    } catch (SQLException | RuntimeException | Error e) {
      rollBack(e);
      throw e;
    }
    session.setAutoCommit(true);
    return result;
  }

  private void rollBack(Throwable cause) {
    try {
      session.rollback();
      session.setAutoCommit(true);
    } catch (SQLException e) {
      cause.addSuppressed(e); // the connection is gone, and the transaction with it
      tellPool(cause);
    }
  }

  /** The pool throws a connection away when it sees a call fail; this one it has not seen. */
  private void tellPool(Throwable cause) {
    try {
      if (session.isClosed()) {
        pooled.createStatement().close();
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
