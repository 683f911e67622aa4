package dev.duplex.consumer;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.Secret;
import dev.duplex.consumer.apply.Tables;
import dev.duplex.consumer.checkpoint.CheckpointStore;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.failure.SetupException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The applier's session on the secondary. It must be seen to live: a standby ends a session that
 * has done nothing for too long. Owned by one thread but for {@link #abort}.
 */
final class SecondarySession implements AutoCloseable {
  private static final String UNDEFINED_TABLE = "42P01";
  private static final String UNDEFINED_SCHEMA = "3F000";
  private static final long TOUCH_NANOS = TimeUnit.SECONDS.toNanos(1);

  // Plans are made once for any number of rows and must not depend on how full a table was then:
  // rows are found through the key's index. Without an index the scan that is left is taken anyhow.
  private static final String SETTINGS =
      "SET synchronous_commit = on; SET plan_cache_mode = force_generic_plan; SET jit = off;"
          + " SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
          + " SET enable_memoize = off; SET enable_material = off";

  // Not all of them exist in every version.
  private static final String NO_TIMEOUTS =
      "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN"
          + " ('idle_in_transaction_session_timeout', 'idle_session_timeout',"
          + " 'transaction_timeout')";

  private final Connection connection;
  private long touchedAt = System.nanoTime();

  private SecondarySession(Connection connection) {
    this.connection = connection;
  }

  /**
   * Opens the session, with a transaction at each statement's begin.
   *
   * @throws SetupException if the server refuses the user or what the user needs
   */
  static SecondarySession open(DatabaseConfig database, String applicationName)
      throws SQLException {
    Map<String, String> properties =
        Map.of("prepareThreshold", "1", "binaryTransferEnable", Tables.binaryParameters());
    Connection connection;
    try {
      connection =
          PostgresSession.open(
              database.jdbcUrl(),
              database.username(),
              database.password().map(Secret::reveal).orElse(null),
              applicationName,
              properties);
    } catch (SQLException e) {
      if (!SqlFailure.isTransient(e)) {
        throw new SetupException(
            "the secondary does not let us in: " + SqlFailure.line(e) + "; correct secondary", e);
      }
      throw e;
    }
    try {
      prepare(connection, database.username());
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
    return new SecondarySession(connection);
  }

  private static void prepare(Connection connection, String username) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      statement.execute(NO_TIMEOUTS);
      statement.execute("SET session_replication_role = replica");
    } catch (SQLException e) {
      if ("42501".equals(e.getSQLState())) {
        throw new SetupException(
            "the secondary's user may not set session_replication_role; run GRANT SET ON PARAMETER"
                + " session_replication_role TO \""
                + username
                + "\" there as superuser (before PostgreSQL 15: make it superuser)",
            e);
      }
      throw e;
    }
    connection.setAutoCommit(false);
  }

  /**
   * Takes the link's place over, once the {@link Lease} is ours: appliers before are fenced.
   *
   * @return how far the secondary is
   * @throws SetupException if the link was not initialised
   */
  Checkpoint claim(Link link, Instance instance) throws SQLException {
    Optional<Checkpoint> claimed;
    try {
      claimed = new CheckpointStore(connection, link).claim(instance.id(), instance.host());
    } catch (SQLException e) {
      String state = e.getSQLState();
      if (UNDEFINED_TABLE.equals(state) || UNDEFINED_SCHEMA.equals(state)) {
        throw notInitialised(link);
      }
      throw e;
    }
    connection.commit();
    return claimed.orElseThrow(() -> notInitialised(link));
  }

  private static SetupException notInitialised(Link link) {
    return new SetupException(
        "the secondary knows nothing of link " + link + ": run 'duplex init' first");
  }

  Connection connection() {
    return connection;
  }

  /** Whether it should be used now, if only to show that it lives. True at most once a second. */
  boolean isTouchDue() {
    long now = System.nanoTime();
    boolean due = now - touchedAt >= TOUCH_NANOS;
    touchedAt = due ? now : touchedAt;
    return due;
  }

  /** Ends it from another thread, whatever it is doing. */
  void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException(e); // only a security manager can refuse it
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
