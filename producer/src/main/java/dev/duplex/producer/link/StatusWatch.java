package dev.duplex.producer.link;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusFollower;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.failure.DuplexException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the status topic for one instance, on a thread of its own: what relay, applier and
 * monitor report. Kafka may be away when it starts and at any time later.
 */
public final class StatusWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWatch.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long RETRY_MILLIS = 500;
  private static final long CLOSE_LIMIT_MILLIS = 3_000;

  private final DuplexConfig config;
  private final KafkaSettings settings;
  private final LinkTracker view;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean away;

  /** Connects to nothing yet. */
  public StatusWatch(DuplexConfig config, LinkTracker view) {
    this.config = config;
    this.settings = new KafkaSettings(new Link(config.link()), config.kafka().properties().asMap());
    this.view = view;
    this.thread = new Thread(this::run, "duplex-status-" + config.link());
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try (SchemaRegistry registry =
        SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap())) {
      do {
        try (StatusFollower follower = StatusFollower.open(settings, registry)) {
          follower.open().forEach(view::event);
          note(null);
          while (closed.getCount() > 0) {
            follower.poll(POLL).forEach(view::event);
          }
        } catch (DuplexException e) {
          note(e);
        }
      } while (!closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      // Only close() interrupts this thread, which ends here.
      LOG.debug("the status topic of link {} is not followed any more", config.link());
    } catch (RuntimeException | Error e) {
      LOG.error("following the status topic of link {} failed, which is a bug", config.link(), e);
    }
  }

  private void note(@Nullable DuplexException failure) {
    if (failure != null && !away) {
      LOG.warn("the status topic cannot be read: {}; trying again", failure.getMessage());
    }
    away = failure != null;
  }

  /** Ends the thread; waits at most 3 s. */
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    try {
      thread.join(CLOSE_LIMIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
