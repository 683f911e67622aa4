package dev.duplex.producer.datasource;

import dev.duplex.database.SqlFailure;
import dev.duplex.database.source.SessionLog;
import dev.duplex.database.source.SessionLog.SqlAction;
import dev.duplex.database.source.SessionLog.TransactionState;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Notices what one connection commits, and waits for it.
 *
 * <p>Waiting is by position: the end of the primary's log is read after the commit, so it does not
 * matter which tables a transaction touched, nor how it was committed. Whether a transaction wrote
 * anything is asked before its commit, because afterwards the log may also have grown by others.
 *
 * <p>Used by the connection's thread.
 */
final class CommitWatch {
  /** Takes receipts; throws if the application wants that. */
  @FunctionalInterface
  interface Receipts {
    void add(CommitReceipt receipt) throws SQLException;
  }

  private final CommitGate gate;
  private final Receipts receipts;
  private final SessionLog log;

  CommitWatch(CommitGate gate, Receipts receipts, SessionLog log) {
    this.gate = gate;
    this.receipts = receipts;
    this.log = log;
  }

  /** Runs what commits the open transaction, if there is one. */
  void commit(CommitLevel level, boolean readOnly, SqlAction commit) throws SQLException {
    TransactionState before = log.state();
    if (before == TransactionState.FAILED) {
      commit.run(); // the server rolls it back, and the driver says so if it is told to
    } else if (before == TransactionState.IDLE || readOnly) {
      commit.run();
      receipts.add(gate.nothing(level));
    } else {
      SessionLog.Work work = log.work();
      commit.run();
      receipts.add(work.wrote() ? await(level, work.unflushed()) : gate.nothing(level));
    }
  }

  /** Whether setting auto-commit would commit something. */
  boolean inTransaction() {
    return log.state() != TransactionState.IDLE;
  }

  /**
   * Runs a statement, which may commit: by itself in auto-commit mode, or because that is what it
   * says.
   *
   * @param autoCommit the connection's mode
   */
  @Nullable Object execute(
      CommitLevel level, boolean autoCommit, SqlText sql, Statement statement, SqlAction action)
      throws SQLException {
    TransactionState before = log.state();
    if (before != TransactionState.IDLE || !autoCommit) {
      @Nullable Object result = action.run();
      if (before == TransactionState.OPEN
          && log.state() == TransactionState.IDLE
          && !sql.rollsBack()) {
        receipts.add(await(level, true));
      }
      return result;
    }
    return sql.reads() ? query(level, statement, action) : change(level, action);
  }

  /**
   * A query may call a function that writes, but mostly does not and should not wait for others. In
   * a transaction its own writing shows.
   */
  private @Nullable Object query(CommitLevel level, Statement statement, SqlAction action)
      throws SQLException {
    int fetchSize = statement.getFetchSize();
    if (fetchSize > 0) {
      statement.setFetchSize(0); // all rows at once, as in auto-commit mode: no cursor survives it
    }
    SessionLog.Work[] work = new SessionLog.Work[1];
    @Nullable Object result;
    try {
      result =
          log.inTransaction(
              () -> {
                @Nullable Object rows = action.run();
                work[0] = log.work();
                return rows;
              });
    } finally {
      if (fetchSize > 0 && !statement.isClosed()) {
        statement.setFetchSize(fetchSize);
      }
    }
    if (work[0].wrote()) {
      receipts.add(await(level, work[0].unflushed()));
    }
    return result;
  }

  /** What cannot always be done in a transaction: if the log did not grow, it wrote nothing. */
  private @Nullable Object change(CommitLevel level, SqlAction action) throws SQLException {
    long before = log.ends().inserted();
    @Nullable Object result = action.run();
    if (log.state() != TransactionState.IDLE) {
      return result; // it was BEGIN
    }
    SessionLog.Ends after;
    try {
      after = log.ends();
    } catch (SQLException e) {
      receipts.add(unknown(level, e));
      return result;
    }
    if (after.inserted() != before) {
      receipts.add(gate.await(level, after.behindCommit(after.unflushed())));
    }
    return result;
  }

  private CommitReceipt await(CommitLevel level, boolean unflushed) {
    long position;
    try {
      position = log.ends().behindCommit(unflushed);
    } catch (SQLException e) {
      return unknown(level, e);
    }
    return gate.await(level, position);
  }

  private CommitReceipt unknown(CommitLevel level, SQLException e) {
    return gate.unknown(level, "the primary's position could not be read: " + SqlFailure.line(e));
  }
}
