package dev.duplex.producer.link;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusFollower;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the status topic for one instance, in a loop: what relay, applier and monitor report.
 * Kafka may be away when it starts and at any time later.
 */
public final class StatusWatch implements Loop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWatch.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

  private final DuplexConfig config;
  private final KafkaSettings settings;
  private final LinkTracker tracker;
  private Loops.@Nullable Running running;
  private volatile boolean closed;
  private @Nullable SchemaRegistry registry;
  private @Nullable StatusFollower follower;
  private boolean away;

  /** Connects to nothing yet. */
  public StatusWatch(DuplexConfig config, KafkaSettings settings, LinkTracker tracker) {
    this.config = config;
    this.settings = settings;
    this.tracker = tracker;
  }

  public void start(Loops loops) {
    running = loops.start("duplex-status-" + config.link(), this);
  }

  @Override
  public long step() throws InterruptedException {
    if (closed) {
      disconnect();
      return OVER;
    }
    try {
      follow();
      return 0;
    } catch (DuplexException e) {
      note(e);
      disconnect();
      return RETRY.toNanos();
    }
  }

  private void follow() throws InterruptedException {
    SchemaRegistry asked = registry;
    if (asked == null) {
      asked = SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap());
      registry = asked;
    }
    StatusFollower following = follower;
    if (following == null) {
      following = StatusFollower.open(settings, asked);
      follower = following;
      following.open().forEach(tracker::event);
      note(null);
    }
    following.poll(POLL).forEach(tracker::event);
  }

  private void disconnect() {
    StatusFollower following = follower;
    follower = null;
    if (following != null) {
      following.close();
    }
    SchemaRegistry open = registry;
    registry = null;
    if (open != null) {
      open.close();
    }
  }

  private void note(@Nullable DuplexException failure) {
    if (failure != null && !away) {
      LOG.warn("the status topic cannot be read: {}; trying again", failure.getMessage());
    }
    away = failure != null;
  }

  /** Ends it; waits at most 3 s. */
  @Override
  public void close() {
    closed = true;
    Loops.Running started = running;
    if (started == null) {
      return;
    }
    started.stop();
    try {
      if (started.join(CLOSE_LIMIT)) {
        disconnect(); // it was stopped between two steps, or within one
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
