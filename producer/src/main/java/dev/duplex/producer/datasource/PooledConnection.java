package dev.duplex.producer.datasource;

import dev.duplex.config.CommitConfig;
import dev.duplex.config.CommitMode;
import dev.duplex.database.source.SessionLog.SqlAction;
import dev.duplex.database.source.SourceDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A connection while the application has it. It is made anew each time one is taken from the pool,
 * around the pool's own, so that mode, receipt and warning never outlive that.
 *
 * <p>With {@link CommitMode#ASYNC} it only hands calls on. Used by one thread at a time.
 */
final class PooledConnection extends ForwardingConnection implements DuplexConnection {
  private final SourceDatabase primary;
  private final CommitGate gate;
  private final CommitConfig.OnDivergence onDivergence;
  private CommitLevel level;
  private CommitMode mode;
  private @Nullable CommitReceipt last;
  private @Nullable DivergenceWarning warning;
  private @Nullable CommitWatch watch;

  PooledConnection(
      Connection delegate, SourceDatabase primary, CommitConfig config, CommitGate gate) {
    super(delegate);
    this.primary = primary;
    this.gate = gate;
    this.onDivergence = config.onDivergence();
    this.mode = config.mode();
    this.level = CommitLevel.of(mode);
  }

  @Override
  public CommitMode getCommitMode() {
    return mode;
  }

  @Override
  public void setCommitMode(CommitMode newMode) throws SQLException {
    if (isClosed()) {
      throw new SQLException("the connection is closed: set its commit mode while it is open");
    }
    mode = newMode;
    level = CommitLevel.of(newMode);
  }

  @Override
  public @Nullable CommitReceipt lastCommit() {
    return last;
  }

  @Override
  public void commit() throws SQLException {
    forget();
    if (level == CommitLevel.LOCAL) {
      super.commit();
      last = gate.local();
    } else {
      watch().commit(level, isReadOnly(), this::commitDelegate);
    }
  }

  private @Nullable Object commitDelegate() throws SQLException {
    super.commit();
    return null;
  }

  /** Commits an open transaction if the mode changes, as JDBC has it. */
  @Override
  public void setAutoCommit(boolean autoCommit) throws SQLException {
    if (level == CommitLevel.LOCAL
        || autoCommit == getAutoCommit()
        || !autoCommit
        || !watch().inTransaction()) {
      super.setAutoCommit(autoCommit);
      return;
    }
    forget();
    watch().commit(level, isReadOnly(), this::autoCommitDelegate);
  }

  private @Nullable Object autoCommitDelegate() throws SQLException {
    super.setAutoCommit(true);
    return null;
  }

  /** Runs a statement, and waits if it committed something. */
  @Nullable Object execute(SqlText sql, Statement statement, SqlAction action) throws SQLException {
    if (level == CommitLevel.LOCAL || isReadOnly()) {
      return action.run();
    }
    return watch().execute(level, getAutoCommit(), sql, statement, action);
  }

  @Override
  <S extends Statement> S wrapped(Class<S> type, S statement, @Nullable String sql) {
    return level == CommitLevel.LOCAL
        ? statement
        : StatementHandler.wrap(type, statement, sql, this);
  }

  /** What the connection below has to say, after what there is to say of the last commit. */
  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    SQLWarning others = super.getWarnings();
    DivergenceWarning ours = warning;
    if (ours == null) {
      return others;
    }
    if (others != null && ours.getNextWarning() == null) {
      ours.setNextWarning(others);
    }
    return ours;
  }

  @Override
  public void clearWarnings() throws SQLException {
    super.clearWarnings();
    warning = null;
  }

  private void forget() {
    last = null;
    warning = null;
  }

  private void add(CommitReceipt receipt) throws SQLException {
    last = receipt;
    warning = null;
    if (!receipt.isComplete()) {
      warning = new DivergenceWarning(receipt);
      if (onDivergence == CommitConfig.OnDivergence.THROW) {
        throw new UnprotectedCommitException(receipt);
      }
    }
  }

  private CommitWatch watch() throws SQLException {
    CommitWatch known = watch;
    if (known == null) {
      known = new CommitWatch(gate, this::add, primary.sessionLog(delegate()));
      watch = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return "Duplex " + delegate();
  }
}
