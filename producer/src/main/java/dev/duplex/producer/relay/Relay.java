package dev.duplex.producer.relay;

import dev.duplex.config.DuplexConfig;
import dev.duplex.database.SqlFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
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
 * <p>{@link #step}, or {@link #run} that steps it, belongs to one thread; the other methods may be
 * called by any.
 */
public final class Relay implements Loop {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);

  // Kafka may just be away, and who ends cannot report any more.
  private static final Duration HALT_REPORTED = Duration.ofSeconds(30);
  private static final Duration TOPIC_LOOK = Duration.ofSeconds(2);
  private static final Duration LOOK_PAUSE = Duration.ofMillis(20);

  private final RelaySetting setting;
  private final Time time;
  private final RelayHealth health;
  private final RelayHistory history = new RelayHistory();
  private final WakeUp wakeUp = new WakeUp();

  private volatile Runnable waker = wakeUp::wake;
  private volatile Consumer<StatusEvent> eventListener = event -> {};
  private volatile boolean stopped;
  private volatile @Nullable Thread runner;

  // The loop's own.
  private @Nullable SchemaRegistry registry;
  private @Nullable StatusReporter reporter;
  private @Nullable Tenure tenure;
  private @Nullable HaltException halt;
  private boolean looked;
  private long sinceNanos; // of the look at the topic, of a pause, of a halt
  private long pauseNanos;

  /** Connects to nothing yet. */
  public Relay(DuplexConfig config) {
    this(config, RelayParts.of(config));
  }

  /** Connects to nothing yet. */
  public Relay(DuplexConfig config, RelayParts parts) {
    Link link = new Link(config.link());
    this.time = parts.time();
    this.health = new RelayHealth(link, time);
    KafkaSettings kafka =
        new KafkaSettings(link, config.kafka().properties().asMap(), parts.kafka());
    this.setting = new RelaySetting(link, config, parts, kafka, health, () -> waker.run());
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
    return setting.parts().instance().name();
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
   * Receives every status event that this relay makes, before it is on the topic, on a thread of
   * the reporter; must not block. Set before {@link #run}.
   */
  public void eventListener(Consumer<StatusEvent> listener) {
    eventListener = listener;
  }

  /**
   * For whoever steps it without {@link #run}.
   *
   * @param newWaker is called, by any thread, when the next step is due at once; returns at once
   */
  public void wakeBy(Runnable newWaker) {
    waker = newWaker;
  }

  /**
   * Runs until {@link #stop}.
   *
   * @throws HaltException if an operator must act
   * @throws SetupException if something was never set up
   */
  public void run() throws InterruptedException {
    runner = Thread.currentThread();
    try {
      long wait = step();
      while (wait != OVER) {
        wakeUp.await(wait);
        wait = step();
      }
    } catch (InterruptedException e) {
      if (!stopped) {
        throw e;
      }
    } finally {
      close();
      runner = null;
      Thread.interrupted(); // stop() may have come late; the flag is not the caller's
    }
  }

  /** Ends {@link #run} soon, or with the next step; does not wait for it. */
  public void stop() {
    stopped = true;
    waker.run();
    Thread thread = runner;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /**
   * Does what is due.
   *
   * @throws HaltException if an operator must act; that is reported then, and everything closed
   * @throws SetupException if something was never set up
   */
  @Override
  public long step() throws InterruptedException {
    try {
      if (stopped) {
        close();
        return OVER;
      }
      StatusReporter status = reporter();
      HaltException halted = halt;
      if (halted != null) {
        return end(halted, status);
      }
      long rest = pauseNanos - (time.nanos() - sinceNanos);
      if (rest > 0) {
        return rest;
      }
      return hasLooked(status) ? work() : LOOK_PAUSE.toNanos();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private StatusReporter reporter() {
    StatusReporter open = reporter;
    if (open == null) {
      SchemaRegistry schemas = setting.parts().registry().get();
      registry = schemas;
      open =
          StatusReporter.start(
              setting.parts().status(), Observer.PRODUCER, instance(), setting.kafka(), schemas);
      open.addListener(eventListener);
      health.report(new RelayIncidents(open, time));
      reporter = open;
      sinceNanos = time.nanos();
    }
    return open;
  }

  /** An incident that another process has left open is carried on, not opened anew. */
  private boolean hasLooked(StatusReporter status) {
    looked |=
        status.lastEvent().isPresent()
            || status.hasLooked()
            || time.nanos() - sinceNanos >= TOPIC_LOOK.toNanos();
    return looked;
  }

  private long work() throws InterruptedException {
    try {
      Tenure current = tenure;
      if (current == null) {
        SchemaRegistry schemas = Objects.requireNonNull(registry);
        current = new Tenure(setting, schemas, history);
        tenure = current;
      }
      long wait = current.step();
      if (wait != OVER) {
        return wait;
      }
      endTenure();
      return 0;
    } catch (SQLException e) {
      return failed(failure(e));
    } catch (DuplexException e) {
      return failed(e);
    }
  }

  private long failed(DuplexException e) {
    endTenure();
    if (stopped) {
      return 0; // an interrupted write looks like a disk that failed; nothing rests on it
    }
    String detail = String.valueOf(e.getMessage());
    if (e instanceof RetryException retry) {
      switch (retry.reason()) {
        case BROKER_UNREACHABLE, REGISTRY_UNREACHABLE -> {
          history.kafkaAway(true);
          health.publishFailed();
          health.spooling(retry.reason(), detail);
        }
        default -> health.standby(retry.reason(), detail);
      }
    } else if (e instanceof FencedException) {
      health.standby(Reason.FENCED, detail);
    } else if (e instanceof HaltException halted) {
      health.halted(halted.reason(), detail);
      halt = halted;
      sinceNanos = time.nanos();
      return 0;
    } else {
      throw e;
    }
    sinceNanos = time.nanos();
    pauseNanos = history.backoff().next().toNanos();
    return pauseNanos;
  }

  private long end(HaltException halted, StatusReporter status) {
    if (status.pending() > 0) {
      if (time.nanos() - sinceNanos < HALT_REPORTED.toNanos()) {
        return LOOK_PAUSE.toNanos();
      }
      // What waits stays on disk.
      log.warn("the status topic does not know yet that link {} is halted", setting.link());
    }
    throw halted;
  }

  private void endTenure() {
    Tenure ended = tenure;
    tenure = null;
    if (ended != null) {
      ended.close();
    }
  }

  private void close() {
    try (SchemaRegistry schemas = registry;
        StatusReporter status = reporter) {
      endTenure();
    } finally {
      registry = null;
      reporter = null;
      health.report(null);
    }
  }

  private static DuplexException failure(SQLException e) {
    String message = "primary: " + SqlFailure.line(e);
    return SqlFailure.isTransient(e)
        ? new RetryException(Reason.PRODUCER_SILENT, message, e)
        : new SetupException(message, e);
  }
}
