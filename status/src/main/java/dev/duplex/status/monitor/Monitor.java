package dev.duplex.status.monitor;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.topology.LinkSnapshot;
import dev.duplex.status.topology.PackedMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches links: shares the work of the topology with other monitors of the same links, and knows
 * all of them by reading what the topology stores.
 *
 * <p>Thread-safe. One loop reads; another one keeps Kafka Streams running. Kafka may be away when
 * it starts and at any time later.
 */
public final class Monitor implements MonitorView, Loop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long REFRESH_ALL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(5);

  private final SchemaRegistry registry;
  private final Supplier<List<ServiceReport>> services;
  private final MonitorSetup setup;
  private final Time time;
  private final StreamsRunner streams;
  private final FreshnessTracker freshness;
  private final MonitorListeners listeners = new MonitorListeners();
  private final Map<String, LinkView> views = new ConcurrentSkipListMap<>();
  private final Feed feed;
  private final FeedReader reader;
  private long refreshed;
  private long refreshedAll;
  private long sampled;
  private volatile boolean closed;
  private Loops.@Nullable Running running;

  private Monitor(
      MonitorSetup setup, SchemaRegistry registry, Supplier<List<ServiceReport>> services) {
    this.setup = setup;
    this.registry = registry;
    this.services = services;
    this.time = setup.kafka().time();
    this.streams = new StreamsRunner(setup, registry);
    this.feed = new Feed(setup);
    this.reader = new FeedReader();
    long now = time.nanos();
    this.freshness = new FreshnessTracker(streams, setup.kafka().bootstrapServers(), now);
    this.refreshed = now;
    this.refreshedAll = now;
    this.sampled = now;
  }

  /**
   * Starts a monitor; returns at once.
   *
   * @param config which links to watch ({@code status.links}), and when they count as diverged
   * @param registry stays the caller's
   * @param services the latest that producers and consumers say of themselves; is called a few
   *     times a second and must return at once
   */
  public static Monitor start(
      DuplexConfig config,
      KafkaSettings kafka,
      SchemaRegistry registry,
      Supplier<List<ServiceReport>> services) {
    return start(MonitorSetup.of(config, kafka), registry, services);
  }

  static Monitor start(
      MonitorSetup setup, SchemaRegistry registry, Supplier<List<ServiceReport>> services) {
    Monitor monitor = new Monitor(setup, registry, services);
    monitor.streams.start(Loops.THREADS);
    monitor.running = Loops.THREADS.start("duplex-monitor", monitor);
    return monitor;
  }

  /** Reads the feed; owned by the monitor's thread. */
  private final class FeedReader implements Feed.Reader {
    private final PackedMessages messages = new PackedMessages(registry);
    private final Set<String> touched = new HashSet<>();
    private boolean skipped;

    @Override
    public void link(String link, byte @Nullable [] snapshot) {
      if (snapshot == null) {
        views.remove(link);
        listeners.changed(link);
        return;
      }
      try {
        view(link).take(LinkSnapshot.decode(snapshot, messages), time.nanos());
        touched.add(link);
      } catch (HaltException | IllegalArgumentException e) {
        skip(link, e);
      }
    }

    @Override
    public void event(String link, long number, byte @Nullable [] packed) {
      if (packed == null) {
        LinkView view = views.get(link);
        if (view != null) {
          view.forget(number);
        }
        return;
      }
      try {
        StatusEvent event = messages.event(packed);
        if (view(link).take(number, event) && freshness.hasRead()) {
          listeners.event(event);
        }
        touched.add(link);
      } catch (HaltException | IllegalArgumentException e) {
        skip(link, e);
      }
    }

    @Override
    public void beat(int partition) {
      freshness.beat(partition, time.nanos());
    }

    private LinkView view(String link) {
      return views.computeIfAbsent(
          link, name -> new LinkView(name, setup.divergedAfter(), time.nanos()));
    }

    private void skip(String link, RuntimeException why) {
      if (!skipped) {
        LOG.warn(
            "what is stored of link {} is skipped ({}), as is other like it",
            link,
            why.getMessage());
        skipped = true;
      }
    }
  }

  @Override
  public long step() throws InterruptedException {
    if (closed) {
      feed.close();
      return OVER;
    }
    try {
      return watch() ? 0 : RETRY_NANOS;
    } catch (RuntimeException e) { // must be seen in the health, not only in the log
      LOG.error("the monitor has ended; start it again", e);
      freshness.ended(e);
      feed.close();
      return OVER;
    }
  }

  /** Reads, and shows what is new; false if there is nothing to read from. */
  private boolean watch() throws InterruptedException {
    boolean connected = poll();
    long now = time.nanos();
    freshness.read(feed.isCaughtUp(), now);
    if (now - refreshedAll >= REFRESH_ALL_NANOS) {
      reader.touched.addAll(views.keySet());
      refreshedAll = now;
    }
    if (freshness.hasRead() && now - refreshed >= REFRESH_NANOS && !reader.touched.isEmpty()) {
      refresh(reader.touched, now);
      reader.touched.clear();
      refreshed = now;
    }
    if (now - sampled >= SAMPLE_NANOS) {
      views.values().forEach(view -> view.sample(time.clock().instant()));
      sampled = now - sampled < 2 * SAMPLE_NANOS ? sampled + SAMPLE_NANOS : now;
    }
    return connected;
  }

  private boolean poll() throws InterruptedException {
    try {
      return feed.poll(reader);
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      Thread.interrupted(); // the client has set it again
      throw (InterruptedException) new InterruptedException("stopped").initCause(e);
    } catch (RetryException e) {
      freshness.trouble(String.valueOf(e.getMessage()));
      return false;
    } catch (KafkaException e) {
      freshness.trouble(
          String.valueOf(KafkaFailure.of("read the links", setup.kafka(), e).getMessage()));
      feed.close();
      return false;
    }
  }

  private void refresh(Set<String> links, long now) {
    List<ServiceReport> reports = services.get();
    for (String link : links) {
      LinkView view = views.get(link);
      if (view != null && view.refresh(reports, now, time.clock().instant())) {
        listeners.changed(link);
      }
    }
  }

  @Override
  public Freshness freshness() {
    return freshness.freshness(time.nanos());
  }

  @Override
  public List<LinkReport> links() {
    List<LinkReport> links = new ArrayList<>();
    views.values().forEach(view -> view.report().ifPresent(links::add));
    return links;
  }

  @Override
  public Optional<LinkReport> link(String name) {
    return Optional.ofNullable(views.get(name)).flatMap(LinkView::report);
  }

  @Override
  public List<IncidentReport> incidents(String link) {
    return Optional.ofNullable(views.get(link)).map(LinkView::incidents).orElse(List.of());
  }

  @Override
  public List<Sample> samples(String link) {
    return Optional.ofNullable(views.get(link)).map(LinkView::samples).orElse(List.of());
  }

  @Override
  public Subscription subscribe(Listener listener) {
    return listeners.add(listener);
  }

  /** Records that could not be decoded and were skipped since this process started. */
  public long undecodable() {
    return streams.undecodable().count();
  }

  /** Ends it within 25 s; another monitor of the same links goes on at once. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = Thread.interrupted();
    try {
      streams.close();
      Loops.Running started = running;
      if (started != null) {
        started.wake();
        if (!started.join(JOIN_LIMIT)) {
          started.stop();
          if (started.join(JOIN_LIMIT)) {
            feed.close();
          }
        }
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
