package dev.duplex.status.monitor;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaClients;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.status.topology.MonitorEnvironment;
import dev.duplex.status.topology.MonitorTopology;
import dev.duplex.status.topology.Undecodable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the topology running: waits for Kafka, starts anew what ended, with pauses that grow. Its
 * thread also looks once a second which topics there are and how far reading lags behind.
 */
final class StreamsRunner implements MonitorEnvironment, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);
  private static final long LOOK_MILLIS = 1_000;
  private static final int ADMIN_MILLIS = 3_000;
  private static final long LONGEST_PAUSE_SECONDS = 30;
  private static final int MOST_DOUBLINGS = 5;
  private static final long LISTING_GOOD_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final double LAG_KEPT_UP = 2_000;
  // Kafka answers, and yet nothing moves: then it is started anew.
  private static final long STANDSTILL_NANOS = TimeUnit.MINUTES.toNanos(3);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final long JOIN_MILLIS = 8_000;

  private record Listing(Set<String> topics, boolean hasLinks, long nanos) {}

  private final MonitorSetup setup;
  private final Pattern links;
  private final SchemaRegistry registry;
  private final Clock clock;
  private final Undecodable undecodable = new Undecodable();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile Listing listing =
      new Listing(Set.of(), true, System.nanoTime() - LISTING_GOOD_NANOS);
  private volatile double lag;
  private volatile long successNanos = System.nanoTime();
  private volatile boolean running;
  private volatile String trouble = "the monitor has not reached Kafka yet";
  private final AtomicInteger failures = new AtomicInteger();

  StreamsRunner(MonitorSetup setup, SchemaRegistry registry, Clock clock) {
    this.setup = setup;
    this.links = MonitorTopology.topics(setup.links());
    this.registry = registry;
    this.clock = clock;
    this.thread = new Thread(this::run, "duplex-monitor-streams");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Whether Kafka Streams works here. */
  boolean isRunning() {
    return running;
  }

  /** Whether Kafka has just said that it has no topic of any link, so that there is no work. */
  boolean isWithoutLinks() {
    Listing known = listing;
    return System.nanoTime() - known.nanos() < LISTING_GOOD_NANOS && !known.hasLinks();
  }

  /** What hinders, in one line; empty if nothing is known to. */
  String trouble() {
    return trouble;
  }

  Undecodable undecodable() {
    return undecodable;
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        try {
          session();
        } catch (ExecutionException | TimeoutException | KafkaException | DuplexException e) {
          note(KafkaFailure.of("run the monitor", setup.kafka(), e));
        }
        running = false;
        closing.await(pauseSeconds(), TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      LOG.debug("given up while closing"); // only close() does it; the thread ends here
    } catch (RuntimeException e) { // must be seen in the health, not only in the log
      note("the monitor has ended: " + e + "; start it again");
      LOG.error("the monitor has ended; start it again", e);
    } finally {
      running = false;
    }
  }

  private void session() throws InterruptedException, ExecutionException, TimeoutException {
    Map<String, Object> properties = setup.kafka().admin();
    properties.put("request.timeout.ms", ADMIN_MILLIS);
    properties.put("default.api.timeout.ms", ADMIN_MILLIS);
    Admin admin = Admin.create(properties);
    try (ClockWatch clockWatch = KafkaClients.real().clockWatcher().watch()) {
      int brokers =
          admin.describeCluster().nodes().get(2 * ADMIN_MILLIS, TimeUnit.MILLISECONDS).size();
      list(admin);
      int factor = Math.max(1, Math.min(setup.replicationFactor(), brokers));
      KafkaStreams streams =
          new KafkaStreams(
              MonitorTopology.build(
                  new MonitorTopology.Options(setup.links(), setup.silentAfter(), setup.instance()),
                  registry,
                  this,
                  undecodable),
              StreamsSettings.of(setup, factor));
      try {
        streams.setUncaughtExceptionHandler(this::threadFailed);
        streams.start();
        watch(admin, streams, clockWatch);
      } finally {
        running = false;
        close(streams);
      }
    } finally {
      admin.close(Duration.ZERO);
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

  private void watch(Admin admin, KafkaStreams streams, ClockWatch clockWatch)
      throws InterruptedException {
    while (!closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      if (clockWatch.wasSetBack()) {
        note("this machine's clock was set back: Kafka Streams is started again");
        return;
      }
      KafkaStreams.State state = streams.state();
      if (state.hasCompletedShutdown() || state.isShuttingDown()) {
        note("Kafka Streams has ended (" + state + ") and is started again");
        failures.incrementAndGet();
        return;
      }
      lag = lag(streams);
      running = state == KafkaStreams.State.RUNNING;
      try {
        list(admin);
        if (!listing.hasLinks()) {
          successNanos = System.nanoTime();
        } else if (System.nanoTime() - successNanos > STANDSTILL_NANOS) {
          note("Kafka Streams makes no progress and is started again");
          failures.incrementAndGet();
          successNanos = System.nanoTime();
          return;
        }
        if (running && failures.get() == 0) {
          trouble = "";
        } else if (!running) {
          trouble = "the work is being shared out among the monitors";
        }
      } catch (ExecutionException | TimeoutException | KafkaException e) {
        successNanos = System.nanoTime(); // nothing can move now
        note(KafkaFailure.of("list topics", setup.kafka(), e));
      }
    }
  }

  private void list(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
    Set<String> names = admin.listTopics().names().get(2 * ADMIN_MILLIS, TimeUnit.MILLISECONDS);
    boolean hasLinks = names.stream().anyMatch(name -> links.matcher(name).matches());
    listing = new Listing(Set.copyOf(names), hasLinks, System.nanoTime());
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
      if (closing.await(pauseSeconds(), TimeUnit.SECONDS)) {
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
    successNanos = System.nanoTime();
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
    return System.nanoTime();
  }

  @Override
  public long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  @Override
  public boolean keepsUp() {
    return lag < LAG_KEPT_UP && System.nanoTime() - listing.nanos() < LISTING_GOOD_NANOS;
  }

  @Override
  public Presence topic(String name) {
    Listing known = listing;
    if (System.nanoTime() - known.nanos() >= LISTING_GOOD_NANOS) {
      return Presence.UNKNOWN;
    }
    return known.topics().contains(name) ? Presence.PRESENT : Presence.ABSENT;
  }

  /** Ends it within 15 s. */
  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.join(JOIN_MILLIS);
    if (thread.isAlive()) {
      thread.interrupt();
      thread.join(JOIN_MILLIS);
    }
  }
}
