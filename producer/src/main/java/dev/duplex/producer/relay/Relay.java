package dev.duplex.producer.relay;

import dev.duplex.config.DuplexConfig;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.source.Claim;
import dev.duplex.database.source.LogReader;
import dev.duplex.database.source.SourceControl;
import dev.duplex.database.source.SourceDatabase;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.producer.capture.Capture;
import dev.duplex.producer.spool.Disk;
import dev.duplex.producer.spool.Spool;
import dev.duplex.producer.spool.SpoolDirectory;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the primary's transactions for as long as it runs, or stands by while another relay
 * does.
 *
 * <p>After every failure of live publishing it starts from nothing, in this order: get the slot,
 * claim the link, fence earlier writers, read the progress topic to its end, send only what lies
 * beyond. So it never matters what became of the last Kafka transaction. What cannot be published
 * goes to diff files.
 *
 * <p>{@link #run} belongs to one thread; the other methods may be called by any.
 */
public final class Relay {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(5);
  private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(1);
  // What is left of diverged-after for telling it.
  private static final Duration TELLING = Duration.ofMillis(1_500);

  // Kafka may just be away, and who ends cannot tell any more.
  private static final Duration HALT_TOLD = Duration.ofSeconds(30);

  private final DuplexConfig config;
  private final Link link;
  private final KafkaSettings kafka;
  private final SourceDatabase database;
  private final Duration patience;
  private final Instance instance = Instance.create();
  private final Backoff backoff = new Backoff();
  private final RelayHealth health;

  private volatile Consumer<StatusEvent> eventListener = event -> {};
  private volatile boolean stopped;
  private volatile @Nullable Thread runner;
  private long lastEpoch;
  private @Nullable PublishedEnd published;
  private boolean kafkaAway;

  /** Connects to nothing yet. */
  public Relay(DuplexConfig config) {
    this.config = config;
    this.link = new Link(config.link());
    this.kafka = new KafkaSettings(link, config.kafka().properties().asMap());
    this.database =
        DatabaseProducts.of(config.primary().database())
            .source(link, config.primary().database(), config.takeoverAfter());
    this.patience = patience(config.status().divergedAfter());
    this.health = new RelayHealth(link);
  }

  /** How long to wait for Kafka before changes are spooled: a divergence must be told in time. */
  private static Duration patience(Duration divergedAfter) {
    Duration rest = divergedAfter.minus(TELLING);
    if (rest.compareTo(SHORTEST_PATIENCE) < 0) {
      return SHORTEST_PATIENCE;
    }
    return rest.compareTo(LONGEST_PATIENCE) > 0 ? LONGEST_PATIENCE : rest;
  }

  public RelayState state() {
    return health.status().state();
  }

  public RelayStatus status() {
    return health.status();
  }

  /** What it has done so far; any thread. */
  public RelayFigures figures() {
    return health.figures();
  }

  /** The name of this relay, which no other one has. */
  public String instance() {
    return instance.name();
  }

  /** Calls back after every change of {@link #status}, on the relay's thread; must not block. */
  public void addListener(Runnable listener) {
    health.addListener(listener);
  }

  /** Ends the callbacks. */
  public void removeListener(Runnable listener) {
    health.removeListener(listener);
  }

  /**
   * Hears every status event that this relay makes, before it is on the topic, on a thread of the
   * reporter; must not block. Set before {@link #run}.
   */
  public void eventListener(Consumer<StatusEvent> listener) {
    eventListener = listener;
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
            SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap());
        StatusReporter reporter =
            StatusReporter.open(
                config.spool().directoryOf(link.name()),
                Observer.PRODUCER,
                instance.name(),
                kafka,
                registry)) {
      reporter.addListener(eventListener);
      health.tell(new RelayIncidents(reporter, Clock.systemUTC()));
      serve(registry, reporter);
    } catch (InterruptedException e) {
      if (!stopped) {
        throw e;
      }
    } finally {
      health.tell(null);
      runner = null;
      Thread.interrupted(); // stop() may have come late; the flag is not the caller's
    }
  }

  private void serve(SchemaRegistry registry, StatusReporter reporter) throws InterruptedException {
    try {
      while (!stopped) {
        try {
          term(registry);
        } catch (SQLException e) {
          pause(failure(e));
        } catch (DuplexException e) {
          pause(e);
        }
      }
    } catch (HaltException e) {
      if (stopped) {
        return; // an interrupted write looks like a disk that failed; nothing rests on it
      }
      health.halted(e.reason(), String.valueOf(e.getMessage()));
      tellHalt(reporter);
      throw e;
    }
  }

  private void tellHalt(StatusReporter reporter) {
    try {
      if (!reporter.awaitSent(HALT_TOLD)) {
        log.warn("the status topic does not know yet that link {} is halted", link);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt(); // what waits stays on disk; why it halts is thrown
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
    try (SourceControl primary = database.openControl(instance)) {
      warnIfFenced(primary);
      LogReader session = election(primary).win(() -> stopped);
      if (session == null) {
        return;
      }
      try (Capture capture = new Capture(session, Time.system());
          KafkaConnector connector = new KafkaConnector(kafka, registry, patience)) {
        RelayLease holding =
            RelayLease.claim(
                link, instance, primary, health, session, config.relay().maxTransaction());
        lastEpoch = holding.claimed().epoch();
        hold(holding, capture, connector);
      }
    }
  }

  private SlotElection election(SourceControl primary) {
    return new SlotElection(
        primary,
        instance.name(),
        health,
        () -> SpoolDirectory.findCustody(Disk.local(), config.spool(), link),
        config.takeoverAfter(),
        database);
  }

  private void hold(RelayLease holding, Capture capture, KafkaConnector connector)
      throws SQLException, InterruptedException {
    if (holding.claimed().spool() == null && !kafkaAway) {
      connector.attempt();
      KafkaConnector.KafkaSide side = awaitKafka(holding, connector);
      if (side != null) {
        try (side) {
          RelayHead head = holding.head(side, null);
          capture.begin(ChainStart.behind(link, holding, head));
          live(holding, capture, side, head);
        }
        return;
      }
    }
    spool(holding, capture, connector);
  }

  /** Null if Kafka or the registry is away: then it is time to spool. */
  private KafkaConnector.@Nullable KafkaSide awaitKafka(
      RelayLease holding, KafkaConnector connector) throws SQLException, InterruptedException {
    try {
      KafkaConnector.KafkaSide side = holding.await(connector, patience);
      if (side == null) {
        away(Reason.BROKER_UNREACHABLE, "Kafka or the registry has not answered in time");
      }
      return side;
    } catch (RetryException e) {
      away(e.reason(), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void away(Reason reason, String detail) {
    kafkaAway = true;
    health.publishFailed();
    health.spooling(reason, detail);
  }

  private void live(
      RelayLease holding, Capture capture, KafkaConnector.KafkaSide side, RelayHead head)
      throws SQLException, InterruptedException {
    health.live(
        holding.identity(),
        "as "
            + instance.name()
            + ", epoch "
            + lastEpoch
            + ", after "
            + Position.format(head.position()));
    backoff.reset();
    kafkaAway = false;
    try {
      new LivePhase(holding, capture, side, head, config.primary()).run(() -> stopped);
    } catch (HaltException e) {
      RelayLease.report(side.publisher(), head, e);
      throw e;
    } finally {
      published = head.acknowledged();
    }
  }

  private void spool(RelayLease holding, Capture capture, KafkaConnector connector)
      throws SQLException, InterruptedException {
    long confirmed = holding.require().confirmed();
    SpoolPhase.Drained drained;
    try (Spool spool = ChainStart.open(config.spool(), link, holding.claimed().spool())) {
      if (state() != RelayState.SPOOLING) {
        health.spooling(Reason.BROKER_UNREACHABLE, "diff files of an outage are not drained yet");
      }
      capture.begin(ChainStart.behind(link, holding, spool.end(), published, confirmed));
      try (SpoolPhase term =
          new SpoolPhase(holding, capture, spool, connector, config.spool(), confirmed)) {
        drained = term.run(() -> stopped);
      }
    }
    if (drained == null) {
      kafkaAway = false; // look again
      return;
    }
    try (KafkaConnector.KafkaSide side = drained.kafka()) {
      live(holding, capture, side, drained.head());
    }
  }

  /** A relay that was frozen or cut off finds another one's epoch when it comes back. */
  private void warnIfFenced(SourceControl primary) throws SQLException {
    Claim holder = primary.claim();
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
    String detail = String.valueOf(e.getMessage());
    if (e instanceof RetryException retry) {
      switch (retry.reason()) {
        case BROKER_UNREACHABLE, REGISTRY_UNREACHABLE -> away(retry.reason(), detail);
        default -> health.standby(retry.reason(), detail);
      }
    } else if (e instanceof FencedException) {
      health.standby(Reason.FENCED, detail);
    } else {
      throw e;
    }
    Thread.sleep(backoff.nextMillis());
  }

  private static DuplexException failure(SQLException e) {
    String message = "primary: " + SqlFailure.line(e);
    return SqlFailure.isTransient(e)
        ? new RetryException(Reason.PRODUCER_SILENT, message, e)
        : new SetupException(message, e);
  }
}
