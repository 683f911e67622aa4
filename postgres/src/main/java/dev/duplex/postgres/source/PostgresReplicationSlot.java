package dev.duplex.postgres.source;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.Secret;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.source.ReplicationSlot;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.time.Time;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A logical replication slot of PostgreSQL, made and dropped on a replication connection. */
public final class PostgresReplicationSlot implements ReplicationSlot {
  private static final int CREATE_LIMIT_SECONDS = 60;
  private static final long DROP_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final Duration DROP_PAUSE = Duration.ofMillis(100);
  private static final String QUERY_CANCELED = "57014";

  private final Connection replication;
  private final Link link;
  private final Time time;

  private PostgresReplicationSlot(Connection replication, Link link, Time time) {
    this.replication = replication;
    this.link = link;
    this.time = time;
  }

  /** Opens the replication connection. */
  public static PostgresReplicationSlot open(DatabaseConfig primary, Link link, Time time)
      throws SQLException {
    Connection connection =
        PostgresSession.open(
            primary.jdbcUrl(),
            primary.username(),
            primary.password().map(Secret::reveal).orElse(null),
            "duplex init " + link,
            Map.of(
                "replication",
                "database",
                "preferQueryMode",
                "simple",
                "assumeMinServerVersion",
                "14"));
    return new PostgresReplicationSlot(connection, link, time);
  }

  @Override
  public PrimaryIdentity identity() throws SQLException {
    try (Statement statement = replication.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return new PrimaryIdentity(row.getString("systemid"), row.getInt("timeline"));
    }
  }

  @Override
  public Optional<State> state() throws SQLException {
    try (Statement statement = replication.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT confirmed_flush_lsn, active, wal_status <> 'lost' AS usable"
                    + " FROM pg_catalog.pg_replication_slots WHERE slot_name = '"
                    + link.slot()
                    + "'")) {
      if (!row.next()) {
        return Optional.empty();
      }
      String confirmed = row.getString(1);
      return Optional.of(
          new State(
              confirmed == null ? 0 : Position.parse(confirmed),
              row.getBoolean(2),
              confirmed != null && row.getBoolean(3)));
    }
  }

  @Override
  public Created create(boolean exportSnapshot) throws SQLException {
    try (Statement statement = replication.createStatement()) {
      statement.setQueryTimeout(CREATE_LIMIT_SECONDS);
      try (ResultSet row =
          statement.executeQuery(
              "CREATE_REPLICATION_SLOT "
                  + link.slot()
                  + " LOGICAL pgoutput "
                  + (exportSnapshot ? "EXPORT_SNAPSHOT" : "NOEXPORT_SNAPSHOT"))) {
        row.next();
        return new Created(
            Position.parse(row.getString("consistent_point")), row.getString("snapshot_name"));
      }
    } catch (SQLException e) {
      if (QUERY_CANCELED.equals(e.getSQLState())) {
        throw new SetupException(
            "primary: slot "
                + link.slot()
                + " cannot be created while transactions stay open: one is open for more than "
                + CREATE_LIMIT_SECONDS
                + " s; end it (see pg_stat_activity.xact_start) and try again",
            e);
      }
      throw e;
    }
  }

  @Override
  public void drop() throws SQLException, InterruptedException {
    long start = time.nanos();
    while (!tryDrop()) {
      if (time.nanos() - start > DROP_LIMIT_NANOS) {
        throw new SetupException(
            "primary: slot "
                + link.slot()
                + " is in use by another program; stop it (see pg_replication_slots.active_pid)");
      }
      time.sleep(DROP_PAUSE);
    }
  }

  private boolean tryDrop() throws SQLException {
    try (Statement statement = replication.createStatement()) {
      statement.execute(
          "SELECT pg_catalog.pg_terminate_backend(active_pid)"
              + " FROM pg_catalog.pg_replication_slots WHERE active_pid IS NOT NULL"
              + " AND slot_name = '"
              + link.slot()
              + "'");
      statement.execute("DROP_REPLICATION_SLOT " + link.slot());
      return true;
    } catch (SQLException e) {
      if (SqlFailure.isUndefinedObject(e)) {
        return true;
      }
      if (SqlFailure.isObjectInUse(e)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    replication.close();
  }
}
