package dev.duplex.postgres.source;

import dev.duplex.database.source.SessionLog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/** Asks PostgreSQL; pgjdbc knows by itself whether a transaction is open. */
final class ApplicationSession implements SessionLog {
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
   * Asks over a connection.
   *
   * @param pooled the pool's own
   */
  ApplicationSession(Connection pooled) throws SQLException {
    this.pooled = pooled;
    this.session = pooled.unwrap(BaseConnection.class);
  }

  @Override
  public TransactionState state() {
    return switch (session.getTransactionState()) {
      case IDLE -> TransactionState.IDLE;
      case OPEN -> TransactionState.OPEN;
      case FAILED -> TransactionState.FAILED;
    };
  }

  @Override
  public Work work() throws SQLException {
    try (PreparedStatement query = pooled.prepareStatement(WROTE);
        ResultSet row = query.executeQuery()) {
      row.next();
      return new Work(row.getBoolean(1), row.getBoolean(2));
    }
  }

  @Override
  public Ends ends() throws SQLException {
    boolean autoCommit = session.getAutoCommit();
    session.setAutoCommit(true);
    try (PreparedStatement query = session.prepareStatement(ENDS);
        ResultSet row = query.executeQuery()) {
      row.next();
      return new Ends(endOfLast(row.getLong(1)), row.getLong(2), row.getBoolean(3));
    } catch (SQLException e) {
      tellPool(e);
      throw e;
    } finally {
      if (!session.isClosed()) {
        session.setAutoCommit(autoCommit);
      }
    }
  }

  @Override
  public @Nullable Object inTransaction(SqlAction action) throws SQLException {
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

  /** The next record's place; at the begin of a page the last one ended before its header. */
  private static long endOfLast(long next) {
    return next % PAGE_BYTES == PAGE_HEADER_BYTES ? next - PAGE_HEADER_BYTES : next;
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
