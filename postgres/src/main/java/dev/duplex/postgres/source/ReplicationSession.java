package dev.duplex.postgres.source;

import dev.duplex.database.source.LogListener;
import dev.duplex.database.source.LogReader;
import dev.duplex.database.source.SourceIdentity;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * A replication connection that reads the link's slot; who has it is the link's only capture.
 *
 * <p>The stream is used by one thread; {@link #close} and {@link #confirm} may be called by any.
 */
final class ReplicationSession implements LogReader {
  static final Map<String, String> PROPERTIES =
      Map.of(
          "replication", "database",
          "assumeMinServerVersion", "14",
          "preferQueryMode", "simple");
  // So that the server and a standby see that we live.
  private static final int STATUS_INTERVAL_MILLIS = 1_000;

  private final Connection connection;
  private final Connection catalog;
  private final PGReplicationStream stream;
  private final int backendPid;
  private final SourceIdentity identity;
  private final PgOutputDecoder decoder;

  private ReplicationSession(
      Connection connection,
      Connection catalog,
      PGReplicationStream stream,
      int backendPid,
      SourceIdentity identity) {
    this.connection = connection;
    this.catalog = catalog;
    this.stream = stream;
    this.backendPid = backendPid;
    this.identity = identity;
    this.decoder = new PgOutputDecoder(new Relations(TypeNames.of(catalog)));
  }

  /**
   * Takes the slot.
   *
   * @param connection of the replication protocol; both connections are this object's
   * @param catalog for looking up types
   * @throws SQLException with SQLState 55006 if another session has it, 42704 if there is none
   */
  static ReplicationSession start(
      Connection connection, Connection catalog, Link link, Duration takeoverAfter)
      throws SQLException {
    try {
      setTimeout(connection, takeoverAfter);
      SourceIdentity identity = identify(connection);
      PGConnection postgres = connection.unwrap(PGConnection.class);
      PGReplicationStream stream =
          postgres
              .getReplicationAPI()
              .replicationStream()
              .logical()
              .withSlotName(link.slot())
              .withSlotOption("proto_version", 1)
              .withSlotOption("publication_names", link.slot())
              .withStatusInterval(STATUS_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)
              // It would confirm what a keepalive says, durable or not.
              .withAutomaticFlush(false)
              .start();
      return new ReplicationSession(
          connection, catalog, stream, postgres.getBackendPID(), identity);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** The catalog functions may still show the timeline of before a promotion. */
  private static SourceIdentity identify(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return new SourceIdentity(
          new PrimaryIdentity(row.getString("systemid"), row.getInt("timeline")),
          row.getString("dbname"));
    }
  }

  /**
   * Makes the server read our status at least every half of this time, also while it decodes one
   * long transaction: a standby tells by it that we live.
   */
  private static void setTimeout(Connection connection, Duration takeoverAfter)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET wal_sender_timeout = '" + takeoverAfter.toMillis() + "ms'");
    }
  }

  @Override
  public SourceIdentity identity() {
    return identity;
  }

  /** The server's process for this session, as pg_replication_slots.active_pid shows it. */
  @Override
  public int session() {
    return backendPid;
  }

  @Override
  public boolean poll(LogListener listener) throws SQLException {
    ByteBuffer message = stream.readPending();
    if (message == null) {
      return false;
    }
    decoder.message(message, listener);
    return true;
  }

  @Override
  public long received() {
    return stream.getLastReceiveLSN().asLong();
  }

  @Override
  public void sendStatus() throws SQLException {
    stream.forceUpdateStatus();
  }

  @Override
  public void confirm(long position) {
    LogSequenceNumber confirmed = LogSequenceNumber.valueOf(position);
    stream.setAppliedLSN(confirmed);
    stream.setFlushedLSN(confirmed);
  }

  @Override
  public void close() {
    try {
      connection.abort(Runnable::run);
      catalog.abort(Runnable::run);
    } catch (SQLException e) {
      // abort only fails on a null executor; the connection is gone either way
      throw new IllegalStateException(e);
    }
  }
}
