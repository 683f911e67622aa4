package dev.duplex.consumer;

import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.source.ProgressReporter;
import dev.duplex.consumer.source.RelayProgress;
import dev.duplex.consumer.source.TopicWatch;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.time.Loop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The applier of one link. In production one thread calls {@link #run}; the simulation calls {@link
 * #step} instead. One run for each object.
 */
public final class Applier implements Loop {
  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final DuplexConfig config;
  private final ApplierParts parts;
  private final Instance instance;
  private final StopSignal stop = new StopSignal();
  private final StopSignal stopped = new StopSignal();
  private final ProgressReporter reporter;
  private final ApplierHealth health;
  private final TopicWatch watch;
  private final ApplierRole role;
  private @Nullable ApplierCompany company;
  private @Nullable Throwable failure;
  private boolean ending;

  /** Connects to nothing yet. */
  public Applier(DuplexConfig config) {
    this(config, ApplierParts.of(config));
  }

  /** Connects to nothing yet. */
  public Applier(DuplexConfig config, ApplierParts parts) {
    this.config = config;
    this.parts = parts;
    this.instance = parts.instance();
    this.reporter =
        new ProgressReporter(parts.kafka(), parts.registry(), instance.name(), instance.host());
    this.health = new ApplierHealth(reporter, parts.time());
    this.watch = new TopicWatch(parts.kafka());
    this.role = new ApplierRole(config, parts, health, watch, stop);
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
    InterruptedException interruption = null;
    boolean over = false;
    while (!over) {
      try {
        long wait = step(true);
        over = wait == OVER;
        if (wait > 0 && !ending) {
          stop.pause(Duration.ofNanos(wait));
        } else if (wait > 0) {
          parts.time().sleep(Duration.ofNanos(wait));
        }
      } catch (InterruptedException e) {
        interruption = e; // it ends as if it were told to
        stop.give();
      }
    }
    if (interruption != null) {
      throw interruption;
    }
  }

  @Override
  public long step() throws InterruptedException {
    return step(false);
  }

  private long step(boolean mayWait) throws InterruptedException {
    ApplierCompany running = company;
    if (running == null) {
      LOG.info("applier {} of link {} starts", instance.name(), config.link());
      running = start();
      company = running;
    }
    if (ending) {
      return end(running);
    }
    if (stop.isGiven()) {
      health.transition(ApplierState.STOPPED, null);
      return beginEnd(running);
    }
    try {
      return role.step(mayWait);
    } catch (HaltException e) {
      health.trouble(ApplierState.HALTED, e.reason(), e.getMessage());
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    return beginEnd(running);
  }

  private ApplierCompany start() {
    ObserverLoop observer =
        new ObserverLoop(
            health,
            new RelayProgress(parts.kafka(), parts.registry()),
            () ->
                StatusReporter.start(
                    parts.status(),
                    Observer.CONSUMER,
                    instance.name(),
                    parts.kafka(),
                    parts.registry()),
            config.status().divergedAfter(),
            parts.time());
    BackgroundLoop background = new BackgroundLoop(watch, reporter, parts.time());
    ApplierCompany started =
        ApplierCompany.start(parts.loops(), parts.time(), background, observer);
    reporter.onNews(started::wake);
    return started;
  }

  private long beginEnd(ApplierCompany running) {
    ending = true;
    role.close();
    running.end();
    return 0;
  }

  /**
   * Waits, step by step, until the other loops have said their last. Throws why it ends, if it was
   * not told to.
   */
  private long end(ApplierCompany running) throws InterruptedException {
    long wait = running.awaitEnd();
    if (wait != OVER) {
      return wait;
    }
    parts.registry().close();
    stopped.give();
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    return OVER;
  }

  /** Tells it to end; returns at once. Any thread. */
  public void requestStop() {
    stop.give();
  }

  /**
   * Tells {@link #run} to return, and waits until it has, 10 s at most. Any thread.
   *
   * @return whether it has returned
   */
  public boolean stop() throws InterruptedException {
    requestStop();
    if (stopped.pause(STOP_LIMIT)) {
      return true;
    }
    role.abort();
    return stopped.pause(STOP_LIMIT);
  }
}
