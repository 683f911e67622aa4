package dev.duplex.producer.setup;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.Secret;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.failure.SetupException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The link's replication slot, made and dropped on a replication connection of its own.
 *
 * <p>Owned by one thread. A snapshot that was exported is valid until {@link #close}.
 */
public final class ReplicationSlot implements AutoCloseable {
  private static final int CREATE_LIMIT_SECONDS = 60;
  private static final long DROP_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long DROP_PAUSE_MILLIS = 100;
  private static final String OBJECT_IN_USE = "55006";
  private static final String UNDEFINED_OBJECT = "42704";
  private static final String QUERY_CANCELED = "57014";

  private final Connection replication;
  private final Link link;

  private ReplicationSlot(Connection replication, Link link) {
    this.replication = replication;
    this.link = link;
  }

  /**
   * How a slot is.
   *
   * @param confirmed the log before it is not needed any more
   * @param usable false when the server has thrown away log that the slot still needed
   */
  public record State(long confirmed, boolean active, boolean usable) {}

  /**
   * A new slot.
   *
   * @param consistentPoint changes of transactions that commit after it are delivered
   * @param snapshot shows exactly what was committed before it; null if none was asked for
   */
  public record Created(long consistentPoint, @Nullable String snapshot) {}

  /** Opens the replication connection. */
  public static ReplicationSlot open(DatabaseConfig primary, Link link) throws SQLException {
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
    return new ReplicationSlot(connection, link);
  }

  /** Who the primary is. */
  public PrimaryIdentity identity() throws SQLException {
    try (Statement statement = replication.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return new PrimaryIdentity(row.getString("systemid"), row.getInt("timeline"));
    }
  }

  /** How the slot is; nothing if there is none. */
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

  /**
   * Creates the slot. The server first waits for the transactions that are open now.
   *
   * @throws SetupException if they are still open after 60 s
   */
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

  /**
   * Drops the slot, if it is there; whoever reads it is disconnected.
   *
   * @throws SetupException if it is taken again and again for 30 s
   */
  public void drop() throws SQLException, InterruptedException {
    long start = System.nanoTime();
    while (!tryDrop()) {
      if (System.nanoTime() - start > DROP_LIMIT_NANOS) {
        throw new SetupException(
            "primary: slot "
                + link.slot()
                + " is in use by another program; stop it (see pg_replication_slots.active_pid)");
      }
      TimeUnit.MILLISECONDS.sleep(DROP_PAUSE_MILLIS);
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
      if (UNDEFINED_OBJECT.equals(e.getSQLState())) {
        return true;
      }
      if (OBJECT_IN_USE.equals(e.getSQLState())) {
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
