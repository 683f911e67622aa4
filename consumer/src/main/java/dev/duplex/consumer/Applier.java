package dev.duplex.consumer;

import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.decode.RecordFormats;
import dev.duplex.consumer.source.ChangeSource;
import dev.duplex.consumer.source.KafkaChangeSource;
import dev.duplex.consumer.source.ProgressReporter;
import dev.duplex.consumer.source.RelayProgress;
import dev.duplex.consumer.source.TopicWatch;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.TargetDatabase;
import dev.duplex.database.target.TargetLease;
import dev.duplex.database.target.TargetSession;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.time.Backoff;
import dev.duplex.schemas.time.Time;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The applier of one link: waits for the role, applies while it has it, and starts over when the
 * secondary was away or another instance took the role. One {@link #run} for each object.
 */
public final class Applier {
  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
  private static final Duration STANDBY_POLL = Duration.ofMillis(500);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final DuplexConfig config;
  private final Link link;
  private final KafkaSettings kafka;
  private final TargetDatabase target;
  private final Instance instance = Instance.create();
  private final StopSignal stop = new StopSignal();
  private final StopSignal stopped = new StopSignal();
  private final Backoff backoff = new Backoff();
  private final SchemaRegistry registry;
  private final ProgressReporter reporter;
  private final ApplierHealth health;
  private final TopicWatch watch;
  private volatile @Nullable TargetSession session;
  private boolean hadRole;

  /** Connects to nothing yet. */
  public Applier(DuplexConfig config) {
    this.config = config;
    this.link = new Link(config.link());
    this.kafka = new KafkaSettings(link, config.kafka().properties().asMap());
    this.target = DatabaseProducts.of(config.secondary().database()).target(config.secondary().database(), Time.system());
    this.registry =
        SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap());
    this.reporter = new ProgressReporter(kafka, registry, instance.name(), instance.host());
    this.health = new ApplierHealth(reporter, Clock.systemUTC());
    this.watch = new TopicWatch(kafka);
  }

  /** What it is doing; any thread. */
  public ApplierStatus status() {
    return health.status();
  }

  /** How it gets on; any thread. */
  public ApplierFigures figures() {
    return health.figures();
  }

  /** The name of this applier, which no other one has. */
  public String instance() {
    return instance.name();
  }

  /**
   * Applies until {@link #stop}. Whatever is away is tried again for ever.
   *
   * @throws HaltException if going on could lose or falsify something
   * @throws SetupException if a prerequisite is missing
   */
  public void run() throws InterruptedException {
    LOG.info("applier {} of link {} starts", instance.name(), link);
    try (registry;
        RecordFormats formats = new RecordFormats(registry);
        Background background = new Background(watch, reporter);
        ObserverThread observer = observer()) {
      background.start();
      observer.start();
      serve(formats);
    } finally {
      stopped.give();
    }
  }

  private ObserverThread observer() {
    Path directory = config.spool().directoryOf(link.name());
    return new ObserverThread(
        health,
        new RelayProgress(kafka, registry),
        () -> StatusReporter.open(directory, Observer.CONSUMER, instance.name(), kafka, registry),
        config.status().divergedAfter());
  }

  private void serve(RecordFormats formats) throws InterruptedException {
    try {
      while (!stop.isGiven()) {
        attempt(formats);
      }
      health.transition(ApplierState.STOPPED, null);
    } catch (HaltException e) {
      health.trouble(ApplierState.HALTED, e.reason(), e.getMessage());
      throw e;
    }
  }

  private void attempt(RecordFormats formats) throws InterruptedException {
    Checkpoint before = status().checkpoint();
    try (TargetSession opened = target.open(link, instance)) {
      session = opened;
      if (awaitRole(opened)) {
        apply(opened, formats);
      }
    } catch (FencedException e) {
      fenced(e.getMessage());
    } catch (RetryException e) {
      away(e.reason(), e.getMessage(), before);
    } catch (SQLException e) {
      if (!stop.isGiven()) {
        away(Reason.SECONDARY_DOWN, SqlFailure.line(e), before);
      }
    } finally {
      session = null;
    }
  }

  private void away(Reason reason, @Nullable String line, @Nullable Checkpoint before)
      throws InterruptedException {
    health.trouble(ApplierState.WAITING, reason, line);
    if (!Objects.equals(before, status().checkpoint())) {
      backoff.reset();
    }
    stop.pause(backoff.next());
  }

  private void fenced(@Nullable String by) {
    LOG.warn("FENCED: {}; standing by", by);
    hadRole = false;
    health.transition(ApplierState.STANDBY, null);
  }

  private boolean awaitRole(TargetSession opened) throws SQLException, InterruptedException {
    TargetLease lease = opened.lease(config.takeoverAfter());
    while (!lease.tryAcquire()) {
      TargetLease.Holder holder = lease.holder().orElse(null);
      if (hadRole && holder != null && !holder.own()) {
        fenced("link " + link + " is applied by " + holder.name());
      } else if (!hadRole) {
        health.transition(
            ApplierState.STANDBY,
            (holder == null ? null : holder.name())
                + " applies link "
                + link
                + "; this one takes over when it is gone");
      }
      if (stop.pause(STANDBY_POLL)) {
        return false;
      }
    }
    return true;
  }

  private void apply(TargetSession opened, RecordFormats formats)
      throws SQLException, InterruptedException {
    Checkpoint checkpoint = opened.claim();
    hadRole = true;
    watch.expect(checkpoint.topicId());
    health.claimed(checkpoint);
    try (ChangeSource source =
        KafkaChangeSource.open(kafka, formats, watch, checkpoint.topicId())) {
      new ApplyLoop(config.apply(), opened, checkpoint, source, new ApplierControl(health, stop))
          .run();
    }
  }

  /**
   * Tells {@link #run} to return, and waits until it has, 10 s at most. Any thread.
   *
   * @return whether it has returned
   */
  public boolean stop() throws InterruptedException {
    stop.give();
    if (stopped.pause(STOP_LIMIT)) {
      return true;
    }
    TargetSession hanging = session;
    if (hanging != null) {
      LOG.warn("the secondary does not answer: its session is given up");
      hanging.abort();
    }
    return stopped.pause(STOP_LIMIT);
  }
}
