package dev.duplex.postgres.target;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.Secret;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.TargetLease;
import dev.duplex.database.target.TargetSession;
import dev.duplex.database.target.TargetTable;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.TableId;
import dev.duplex.schemas.time.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The applier's session on a PostgreSQL secondary. */
final class PostgresTargetSession implements TargetSession {
  private static final String UNDEFINED_TABLE = "42P01";
  private static final String UNDEFINED_SCHEMA = "3F000";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

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
  private final Link link;
  private final Instance instance;
  private final Time time;
  private final CheckpointStore store;
  private final TargetTables tables;

  private PostgresTargetSession(Connection connection, Link link, Instance instance, Time time) {
    this.connection = connection;
    this.link = link;
    this.instance = instance;
    this.time = time;
    this.store = new CheckpointStore(connection, link);
    this.tables = new TargetTables(connection);
  }

  static PostgresTargetSession open(
      DatabaseConfig database, Link link, Instance instance, Time time) throws SQLException {
    Map<String, String> properties =
        Map.of("prepareThreshold", "1", "binaryTransferEnable", ArrayType.oids());
    Connection connection;
    try {
      connection =
          PostgresSession.open(
              database.jdbcUrl(),
              database.username(),
              database.password().map(Secret::reveal).orElse(null),
              sessionName(instance),
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
    return new PostgresTargetSession(connection, link, instance, time);
  }

  /** Shown in pg_stat_activity; PostgreSQL cuts it, so what tells instances apart comes first. */
  private static String sessionName(Instance instance) {
    return "duplex consumer " + instance.mark() + " " + instance.name();
  }

  private static void prepare(Connection connection, String username) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      statement.execute(NO_TIMEOUTS);
      statement.execute("SET session_replication_role = replica");
    } catch (SQLException e) {
      if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
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

  @Override
  public TargetLease lease(Duration takeoverAfter) {
    return new AdvisoryLease(connection, link, takeoverAfter, time);
  }

  @Override
  public Checkpoint claim() throws SQLException {
    Optional<Checkpoint> claimed;
    try {
      claimed = store.claim(instance.name(), instance.host());
    } catch (SQLException e) {
      String state = e.getSQLState();
      if (UNDEFINED_TABLE.equals(state) || UNDEFINED_SCHEMA.equals(state)) {
        throw notInitialised();
      }
      throw e;
    }
    connection.commit();
    return claimed.orElseThrow(this::notInitialised);
  }

  private SetupException notInitialised() {
    return new SetupException(
        "the secondary knows nothing of link " + link + ": run 'duplex init' first");
  }

  @Override
  public void save(Checkpoint checkpoint) throws SQLException {
    store.save(checkpoint);
  }

  @Override
  public void check(Checkpoint checkpoint) throws SQLException {
    store.check(checkpoint);
  }

  @Override
  public TargetTable table(RowFormat format) throws SQLException {
    return tables.of(format);
  }

  @Override
  public void forgetTables() throws SQLException {
    tables.forget();
  }

  /** The replica role checks only those that are enabled for it. */
  @Override
  public void deferConstraints() throws SQLException {
    execute("SET CONSTRAINTS ALL DEFERRED");
  }

  @Override
  public void truncate(Collection<TargetTable> truncated) throws SQLException {
    Set<String> names = new LinkedHashSet<>();
    for (TargetTable table : truncated) {
      names.add(tables.of(table.format()).only());
    }
    truncateAll(names);
  }

  @Override
  public void empty(Collection<TableId> emptied) throws SQLException {
    truncateAll(emptied.stream().map(TableId::sql).toList());
  }

  /** In one statement: PostgreSQL refuses to truncate a table without those that refer to it. */
  private void truncateAll(Collection<String> names) throws SQLException {
    if (!names.isEmpty()) {
      execute("TRUNCATE " + String.join(", ", names));
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void commit() throws SQLException {
    connection.commit();
  }

  @Override
  public void rollback() throws SQLException {
    connection.rollback();
  }

  @Override
  public void abort() {
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
