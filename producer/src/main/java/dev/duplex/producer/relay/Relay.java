package dev.duplex.producer.relay;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.DuplexConfig;
import dev.duplex.config.Secret;
import dev.duplex.producer.capture.Capture;
import dev.duplex.producer.capture.CaptureStart;
import dev.duplex.producer.capture.ReplicationSession;
import dev.duplex.producer.capture.SystemIdentification;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.kafka.KafkaSettings;
import dev.duplex.schemas.kafka.TopicIds;
import dev.duplex.schemas.postgres.PostgresSession;
import dev.duplex.schemas.postgres.SqlFailure;
import dev.duplex.schemas.registry.SchemaRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the primary's transactions for as long as it runs, or stands by while another relay
 * does.
 *
 * <p>After every failure it starts from nothing, in this order: get the slot, claim the link, fence
 * earlier writers, read the progress topic to its end, send only what lies beyond. So it never
 * matters what became of the last Kafka transaction.
 *
 * <p>{@link #run} belongs to one thread; {@link #stop} and {@link #state} may be called by any.
 */
public final class Relay {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final int STATEMENT_TIMEOUT_MILLIS = 30_000;

  private final DuplexConfig config;
  private final Link link;
  private final KafkaSettings kafka;
  private final Instance instance = Instance.create();
  private final Backoff backoff = new Backoff();

  private volatile RelayState state = RelayState.STANDBY;
  private volatile boolean stopped;
  private volatile @Nullable Thread runner;
  private long lastEpoch;

  public Relay(DuplexConfig config) {
    this.config = config;
    this.link = new Link(config.link());
    this.kafka = new KafkaSettings(link, config.kafka().properties().asMap());
  }

  public RelayState state() {
    return state;
  }

  /**
   * Runs until {@link #stop}.
   *
   * @throws HaltException if an operator must act
   * @throws SetupException if something was never set up
   */
  public void run() throws InterruptedException {
    runner = Thread.currentThread();
    try (SchemaRegistry registry =
        SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap())) {
      while (!stopped) {
        try {
          term(registry);
        } catch (SQLException e) {
          pause(failure(e));
        } catch (DuplexException e) {
          pause(e);
        }
      }
    } catch (InterruptedException e) {
      if (!stopped) {
        throw e;
      }
    } catch (HaltException e) {
      transition(RelayState.HALTED, e.reason() + ": " + e.getMessage());
      throw e;
    } finally {
      runner = null;
      Thread.interrupted(); // stop() may have come late; the flag is not the caller's
    }
  }

  /** Ends {@link #run} soon; does not wait for it. */
  public void stop() {
    stopped = true;
    Thread thread = runner;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void term(SchemaRegistry registry) throws SQLException, InterruptedException {
    try (Connection connection = connect("duplex relay control " + link);
        Connection catalog = connect("duplex relay catalog " + link)) {
      PrimaryLog primary = new PrimaryLog(connection, link);
      warnIfFenced(primary);
      DatabaseConfig database = config.primary().database();
      SlotElection election =
          new SlotElection(
              primary,
              config.takeoverAfter(),
              () ->
                  ReplicationSession.start(
                      link, database.jdbcUrl(), database.username(), password(database)));
      ReplicationSession session = election.win(() -> stopped);
      if (session == null) {
        return;
      }
      try (Capture capture = new Capture(session, catalog, Clock.systemUTC())) {
        requireSlot(primary, session);
        try (ChangePublisher publisher = ChangePublisher.open(kafka, registry);
            Admin admin = Admin.create(kafka.admin())) {
          hold(session, primary, capture, publisher, new TopicIds(admin, kafka));
        }
      }
    }
  }

  private void hold(
      ReplicationSession session,
      PrimaryLog primary,
      Capture capture,
      ChangePublisher publisher,
      TopicIds topics)
      throws SQLException, InterruptedException {
    boolean known = topics.find(link.progressTopic()).isPresent();
    Progress last = known ? publisher.progressLog().heads().get(Role.PRODUCER) : null;
    if (last == null) {
      throw HeadCheck.noHead(link);
    }
    RelayHead head =
        new RelayHead(
            Progress.newBuilder(last)
                .setInstance(instance.name())
                .setHost(instance.host())
                .build());
    try {
      PrimaryLog.Slot slot = requireSlot(primary, session);
      PrimaryIdentity identity = session.system().identity();
      HeadCheck.check(last, identity, primary.claim().epoch(), slot.confirmed(), link);
      topics.require(link.changesTopic(), last.getTopicId());
      primary.requireNotBehind(last.getDecoded());
      head.epoch(claim(primary));
      capture.begin(start(last, session.system(), slot));
      transition(
          RelayState.LIVE,
          "as "
              + instance.name()
              + ", epoch "
              + lastEpoch
              + ", after "
              + Position.format(last.getPosition()));
      backoff.reset();
      new RelayTerm(capture, publisher, primary, topics, head, config.relay().maxTransaction())
          .run(() -> stopped);
    } catch (HaltException e) {
      report(publisher, head.halted(e.reason() + ": " + e.getMessage()));
      throw e;
    }
  }

  private CaptureStart start(Progress last, SystemIdentification system, PrimaryLog.Slot slot) {
    Long cut = last.getCutPosition();
    return new CaptureStart(
        link,
        system.identity(),
        system.database(),
        last.getPosition(),
        last.getTransactionId(),
        cut == null ? 0 : cut,
        last.getCutOrder(),
        slot.confirmed());
  }

  /** Takes the next epoch, only now: a primary that was set back must not catch up by our tries. */
  private long claim(PrimaryLog primary) throws SQLException {
    PrimaryLog.Claim claim = primary.takeClaim(instance);
    if (claim.copyId() != null) {
      throw new FencedException("a copy of existing rows began");
    }
    lastEpoch = claim.epoch();
    return lastEpoch;
  }

  private static PrimaryLog.Slot requireSlot(PrimaryLog primary, ReplicationSession session)
      throws SQLException {
    PrimaryLog.Slot slot = primary.slot();
    if (slot.activePid() != session.backendPid()) {
      throw new FencedException("the slot was taken by another session");
    }
    return slot;
  }

  /** Tells everyone who reads the progress topic; if that fails too, the log has it. */
  private static void report(ChangePublisher publisher, Progress halted) {
    try {
      publisher.abort();
      publisher.progress(halted);
      publisher.commit();
    } catch (DuplexException e) {
      log.warn("the halt could not be reported to the progress topic: {}", e.getMessage());
    }
  }

  /** A relay that was frozen or cut off finds another one's epoch when it comes back. */
  private void warnIfFenced(PrimaryLog primary) throws SQLException {
    PrimaryLog.Claim holder = primary.claim();
    if (lastEpoch != 0 && holder.epoch() != lastEpoch) {
      log.warn(
          "FENCED: producer {} took over link {} with epoch {} (this one had {}); nothing more was"
              + " published here",
          holder.instance(),
          link,
          holder.epoch(),
          lastEpoch);
      lastEpoch = 0;
    }
  }

  private void pause(DuplexException e) throws InterruptedException {
    if (stopped) {
      return;
    }
    if (e instanceof RetryException || e instanceof FencedException) {
      transition(RelayState.STANDBY, e.getMessage());
      Thread.sleep(backoff.nextMillis());
    } else {
      throw e;
    }
  }

  private void transition(RelayState to, @Nullable String reason) {
    RelayState from = state;
    if (from != to || (to == RelayState.STANDBY && backoff.isFirst())) {
      state = to;
      log.info("producer of link {}: {} -> {}: {}", link, from, to, reason);
    }
  }

  private Connection connect(String application) throws SQLException {
    DatabaseConfig database = config.primary().database();
    Connection connection =
        PostgresSession.open(
            database.jdbcUrl(),
            database.username(),
            password(database),
            application,
            java.util.Map.of());
    connection.setNetworkTimeout(Runnable::run, STATEMENT_TIMEOUT_MILLIS);
    return connection;
  }

  private static @Nullable String password(DatabaseConfig database) {
    return database.password().map(Secret::reveal).orElse(null);
  }

  private static DuplexException failure(SQLException e) {
    String message = "primary: " + SqlFailure.line(e);
    return SqlFailure.isTransient(e)
        ? new RetryException(Reason.PRODUCER_SILENT, message, e)
        : new SetupException(message, e);
  }
}
