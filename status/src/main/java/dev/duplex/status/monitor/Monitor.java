package dev.duplex.status.monitor;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.status.topology.LinkSnapshot;
import dev.duplex.status.topology.PackedMessages;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
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
 * <p>Thread-safe. One thread of its own reads; another one keeps Kafka Streams running. Kafka may
 * be away when it starts and at any time later.
 */
public final class Monitor implements MonitorView, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);
  private static final long RETRY_MILLIS = 500;
  private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long REFRESH_ALL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long JOIN_MILLIS = 5_000;

  private final SchemaRegistry registry;
  private final Supplier<List<ServiceReport>> services;
  private final Clock clock;
  private final MonitorSetup setup;
  private final StreamsRunner streams;
  private final FreshnessTracker currency;
  private final MonitorListeners listeners = new MonitorListeners();
  private final Map<String, LinkView> views = new ConcurrentSkipListMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private Monitor(
      MonitorSetup setup,
      SchemaRegistry registry,
      Supplier<List<ServiceReport>> services,
      Clock clock) {
    this.setup = setup;
    this.registry = registry;
    this.services = services;
    this.clock = clock;
    this.streams = new StreamsRunner(setup, registry, clock);
    this.currency = new FreshnessTracker(streams, setup.kafka().bootstrapServers());
    this.thread = new Thread(this::run, "duplex-monitor");
    thread.setDaemon(true);
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
    return start(MonitorSetup.of(config, kafka), registry, services, Clock.systemUTC());
  }

  static Monitor start(
      MonitorSetup setup,
      SchemaRegistry registry,
      Supplier<List<ServiceReport>> services,
      Clock clock) {
    Monitor monitor = new Monitor(setup, registry, services, clock);
    monitor.streams.start();
    monitor.thread.start();
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
        view(link).take(LinkSnapshot.decode(snapshot, messages), System.nanoTime());
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
        if (view(link).take(number, event) && currency.hasRead()) {
          listeners.event(event);
        }
        touched.add(link);
      } catch (HaltException | IllegalArgumentException e) {
        skip(link, e);
      }
    }

    @Override
    public void beat(int partition) {
      currency.beat(partition, System.nanoTime());
    }

    private LinkView view(String link) {
      return views.computeIfAbsent(
          link, name -> new LinkView(name, setup.divergedAfter(), System.nanoTime()));
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

  private void run() {
    FeedReader reader = new FeedReader();
    Feed feed = new Feed(setup);
    long refreshed = System.nanoTime();
    long refreshedAll = refreshed;
    long sampled = refreshed;
    try {
      while (closing.getCount() > 0) {
        boolean connected = poll(feed, reader);
        long now = System.nanoTime();
        currency.read(feed.isCaughtUp(), now);
        if (now - refreshedAll >= REFRESH_ALL_NANOS) {
          reader.touched.addAll(views.keySet());
          refreshedAll = now;
        }
        if (currency.hasRead() && now - refreshed >= REFRESH_NANOS && !reader.touched.isEmpty()) {
          refresh(reader.touched, now);
          reader.touched.clear();
          refreshed = now;
        }
        if (now - sampled >= SAMPLE_NANOS) {
          views.values().forEach(view -> view.sample(clock.instant()));
          sampled = now - sampled < 2 * SAMPLE_NANOS ? sampled + SAMPLE_NANOS : now;
        }
        if (!connected) {
          closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("given up while closing"); // only close() does it; the thread ends here
    } catch (RuntimeException e) { // must be seen in the health, not only in the log
      LOG.error("the monitor has ended; start it again", e);
      currency.ended(e);
    } finally {
      feed.close();
    }
  }

  private boolean poll(Feed feed, FeedReader reader) throws InterruptedException {
    try {
      return feed.poll(reader);
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      Thread.interrupted(); // the client has set it again
      throw (InterruptedException) new InterruptedException("stopped").initCause(e);
    } catch (RetryException e) {
      currency.trouble(String.valueOf(e.getMessage()));
      return false;
    } catch (KafkaException e) {
      currency.trouble(
          String.valueOf(KafkaFailure.of("read the links", setup.kafka(), e).getMessage()));
      feed.close();
      return false;
    }
  }

  private void refresh(Set<String> links, long now) {
    List<ServiceReport> reports = services.get();
    for (String link : links) {
      LinkView view = views.get(link);
      if (view != null && view.refresh(reports, now, clock.instant())) {
        listeners.changed(link);
      }
    }
  }

  @Override
  public Freshness freshness() {
    return currency.freshness(System.nanoTime());
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
    closing.countDown();
    boolean interrupted = Thread.interrupted();
    try {
      streams.close();
      thread.join(JOIN_MILLIS);
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(JOIN_MILLIS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
