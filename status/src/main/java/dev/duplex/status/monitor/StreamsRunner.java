package dev.duplex.status.monitor;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.topology.MonitorEnvironment;
import dev.duplex.status.topology.MonitorTopology;
import dev.duplex.status.topology.Undecodable;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the topology running: waits for Kafka, starts anew what ended, with pauses that grow. Its
 * loop also looks once a second which topics there are and how far reading lags behind.
 */
final class StreamsRunner implements Loop, MonitorEnvironment, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int ADMIN_MILLIS = 3_000;
  private static final long LONGEST_PAUSE_SECONDS = 30;
  private static final int MOST_DOUBLINGS = 5;
  private static final Duration PAUSE_STEP = Duration.ofMillis(100);
  private static final long LISTING_GOOD_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final double LAG_KEPT_UP = 2_000;
  // Kafka answers, and yet nothing moves: then it is started anew.
  private static final long STANDSTILL_NANOS = TimeUnit.MINUTES.toNanos(3);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(8);

  private record Listing(Set<String> topics, boolean hasLinks, long nanos) {}

  private final MonitorSetup setup;
  private final Pattern links;
  private final SchemaRegistry registry;
  private final Time time;
  private final Undecodable undecodable = new Undecodable();
  private Loops.@Nullable Running loop;
  private volatile boolean closed;
  private @Nullable Admin admin;
  private @Nullable KafkaStreams streams;
  private @Nullable ClockWatch clockWatch;
  private volatile Listing listing;
  private volatile double lag;
  private volatile long successNanos;
  private volatile boolean running;
  private volatile String trouble = "the monitor has not reached Kafka yet";
  private final AtomicInteger failures = new AtomicInteger();

  StreamsRunner(MonitorSetup setup, SchemaRegistry registry) {
    this.setup = setup;
    this.links = MonitorTopology.topics(setup.links());
    this.registry = registry;
    this.time = setup.kafka().time();
    this.successNanos = time.nanos();
    this.listing = new Listing(Set.of(), true, successNanos - LISTING_GOOD_NANOS);
  }

  void start(Loops loops) {
    loop = loops.start("duplex-monitor-streams", this);
  }

  /** Whether Kafka Streams works here. */
  boolean isRunning() {
    return running;
  }

  /** Whether Kafka has just said that it has no topic of any link, so that there is no work. */
  boolean isWithoutLinks() {
    Listing known = listing;
    return time.nanos() - known.nanos() < LISTING_GOOD_NANOS && !known.hasLinks();
  }

  /** What hinders, in one line; empty if nothing is known to. */
  String trouble() {
    return trouble;
  }

  Undecodable undecodable() {
    return undecodable;
  }

  @Override
  public long step() throws InterruptedException {
    if (closed) {
      end();
      return OVER;
    }
    try {
      if (streams == null) {
        begin();
        return LOOK_NANOS;
      }
      if (goesOn()) {
        return LOOK_NANOS;
      }
    } catch (ExecutionException | TimeoutException | KafkaException | DuplexException e) {
      note(KafkaFailure.of("run the monitor", setup.kafka(), e));
    } catch (RuntimeException e) { // must be seen in the health, not only in the log
      end();
      note("the monitor has ended: " + e + "; start it again");
      LOG.error("the monitor has ended; start it again", e);
      return OVER;
    }
    end();
    return TimeUnit.SECONDS.toNanos(pauseSeconds());
  }

  private void begin() throws InterruptedException, ExecutionException, TimeoutException {
    Map<String, Object> properties = setup.kafka().admin();
    properties.put("request.timeout.ms", ADMIN_MILLIS);
    properties.put("default.api.timeout.ms", ADMIN_MILLIS);
    Admin asked = setup.kafka().clients().admin(properties);
    admin = asked;
    clockWatch = setup.kafka().clockWatcher().watch();
    int brokers =
        asked.describeCluster().nodes().get(2 * ADMIN_MILLIS, TimeUnit.MILLISECONDS).size();
    list(asked);
    int factor = Math.max(1, Math.min(setup.replicationFactor(), brokers));
    KafkaStreams made =
        new KafkaStreams(
            MonitorTopology.build(
                new MonitorTopology.Options(setup.links(), setup.silentAfter(), setup.instance()),
                registry,
                this,
                undecodable),
            StreamsSettings.of(setup, factor));
    streams = made;
    made.setUncaughtExceptionHandler(this::threadFailed);
    made.start();
  }

  private void end() {
    running = false;
    KafkaStreams ended = streams;
    streams = null;
    if (ended != null) {
      close(ended);
    }
    ClockWatch watch = clockWatch;
    clockWatch = null;
    if (watch != null) {
      watch.close();
    }
    Admin asked = admin;
    admin = null;
    if (asked != null) {
      asked.close(Duration.ZERO);
    }
  }

  private static void close(KafkaStreams streams) {
    // Then the other monitors take over at once.
    boolean closed =
        streams.close(
            CloseOptions.timeout(CLOSE_LIMIT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    if (!closed) {
      LOG.warn("Kafka Streams has not ended within {} s", CLOSE_LIMIT.toSeconds());
    }
  }

  /** Looks after what runs; false if it is to be started anew. */
  private boolean goesOn() throws InterruptedException {
    KafkaStreams watched = Objects.requireNonNull(streams);
    if (Objects.requireNonNull(clockWatch).wasSetBack()) {
      note("this machine's clock was set back: Kafka Streams is started again");
      return false;
    }
    KafkaStreams.State state = watched.state();
    if (state.hasCompletedShutdown() || state.isShuttingDown()) {
      note("Kafka Streams has ended (" + state + ") and is started again");
      failures.incrementAndGet();
      return false;
    }
    lag = lag(watched);
    running = state == KafkaStreams.State.RUNNING;
    try {
      list(Objects.requireNonNull(admin));
      if (!listing.hasLinks()) {
        successNanos = time.nanos();
      } else if (time.nanos() - successNanos > STANDSTILL_NANOS) {
        note("Kafka Streams makes no progress and is started again");
        failures.incrementAndGet();
        successNanos = time.nanos();
        return false;
      }
      if (running && failures.get() == 0) {
        trouble = "";
      } else if (!running) {
        trouble = "the work is being shared out among the monitors";
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      successNanos = time.nanos(); // nothing can move now
      note(KafkaFailure.of("list topics", setup.kafka(), e));
    }
    return true;
  }

  private void list(Admin asked) throws InterruptedException, ExecutionException, TimeoutException {
    Set<String> names = asked.listTopics().names().get(2 * ADMIN_MILLIS, TimeUnit.MILLISECONDS);
    boolean hasLinks = names.stream().anyMatch(name -> links.matcher(name).matches());
    listing = new Listing(Set.copyOf(names), hasLinks, time.nanos());
  }

  private static double lag(KafkaStreams streams) {
    double worst = 0;
    for (Map.Entry<MetricName, ? extends Metric> metric : streams.metrics().entrySet()) {
      if (metric.getKey().name().equals("records-lag")
          && metric.getValue().metricValue() instanceof Double value) {
        worst = Math.max(worst, value); // NaN compares as less
      }
    }
    return worst;
  }

  private StreamThreadExceptionResponse threadFailed(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    failures.incrementAndGet();
    note("a failure of Kafka Streams: " + cause.getMessage() + "; trying again");
    LOG.debug("Kafka Streams failed", failure);
    try {
      long begun = time.nanos();
      long pause = TimeUnit.SECONDS.toNanos(pauseSeconds());
      while (!closed && time.nanos() - begun < pause) {
        time.sleep(PAUSE_STEP);
      }
      if (closed) {
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Every part of the work is done, here or elsewhere. */
  void succeeded() {
    failures.set(0);
    successNanos = time.nanos();
  }

  private long pauseSeconds() {
    return Math.min(LONGEST_PAUSE_SECONDS, 1L << Math.min(failures.get(), MOST_DOUBLINGS));
  }

  private void note(DuplexException failure) {
    note(String.valueOf(failure.getMessage()));
  }

  private void note(String text) {
    if (!text.equals(trouble)) {
      LOG.warn("{}", text);
    }
    trouble = text;
  }

  @Override
  public long nanos() {
    return time.nanos();
  }

  @Override
  public long micros() {
    return time.micros();
  }

  @Override
  public boolean keepsUp() {
    return lag < LAG_KEPT_UP && time.nanos() - listing.nanos() < LISTING_GOOD_NANOS;
  }

  @Override
  public Presence topic(String name) {
    Listing known = listing;
    if (time.nanos() - known.nanos() >= LISTING_GOOD_NANOS) {
      return Presence.UNKNOWN;
    }
    return known.topics().contains(name) ? Presence.PRESENT : Presence.ABSENT;
  }

  /** Ends it within 16 s. */
  @Override
  public void close() throws InterruptedException {
    closed = true;
    Loops.Running started = loop;
    if (started == null) {
      return;
    }
    started.wake();
    if (!started.join(JOIN_LIMIT)) {
      started.stop();
      if (started.join(JOIN_LIMIT)) {
        end();
      }
    }
  }
}
