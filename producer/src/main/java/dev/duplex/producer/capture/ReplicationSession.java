package dev.duplex.producer.capture;

import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.Link;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * A replication connection that reads the link's slot; who has it is the link's only capture.
 *
 * <p>The stream is used by one thread; {@link #close} and {@link #confirm} may be called by any.
 */
public final class ReplicationSession implements AutoCloseable {
  /** How often the server hears from us, so that it and a standby see that we live. */
  static final int STATUS_INTERVAL_MILLIS = 1_000;

  private final Connection connection;
  private final PGReplicationStream stream;
  private final int backendPid;
  private final SystemIdentification system;

  private ReplicationSession(
      Connection connection,
      PGReplicationStream stream,
      int backendPid,
      SystemIdentification system) {
    this.connection = connection;
    this.stream = stream;
    this.backendPid = backendPid;
    this.system = system;
  }

  /**
   * Takes the slot.
   *
   * @throws SQLException with SQLState 55006 if another session has it, 42704 if there is none
   */
  public static ReplicationSession start(
      Link link, String jdbcUrl, String username, @Nullable String password, Duration takeoverAfter)
      throws SQLException {
    Connection connection =
        PostgresSession.open(
            jdbcUrl,
            username,
            password,
            "duplex relay " + link,
            Map.of(
                "replication", "database",
                "assumeMinServerVersion", "14",
                "preferQueryMode", "simple"));
    try {
      setTimeout(connection, takeoverAfter);
      SystemIdentification system = SystemIdentification.of(connection);
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
      return new ReplicationSession(connection, stream, postgres.getBackendPID(), system);
    } catch (SQLException e) {
      connection.close();
      throw e;
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

  /** The server's process for this session, as pg_replication_slots.active_pid shows it. */
  public int backendPid() {
    return backendPid;
  }

  /** Which primary this is. */
  public SystemIdentification system() {
    return system;
  }

  /**
   * A message of pgoutput, or null if none arrived within about a millisecond. Answers keepalives
   * and sends our status on the way.
   */
  @Nullable ByteBuffer poll() throws SQLException {
    return stream.readPending();
  }

  /** The end of the log as the server has decoded it for us so far; call only after a null. */
  long received() {
    return stream.getLastReceiveLSN().asLong();
  }

  /** Tells the server at once that we live. */
  void sendStatus() throws SQLException {
    stream.forceUpdateStatus();
  }

  /**
   * Confirms that everything up to an LSN is durable beyond this process; the primary may then drop
   * its log up to there. Sent with the next status. Any thread.
   */
  public void confirm(long lsn) {
    LogSequenceNumber confirmed = LogSequenceNumber.valueOf(lsn);
    stream.setAppliedLSN(confirmed);
    stream.setFlushedLSN(confirmed);
  }

  /** Cuts the connection without waiting; the slot is free as soon as the server notices. */
  @Override
  public void close() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // abort only fails on a null executor; the connection is gone either way
      throw new IllegalStateException(e);
    }
  }
}
