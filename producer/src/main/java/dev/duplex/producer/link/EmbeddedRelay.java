package dev.duplex.producer.link;

import dev.duplex.config.DuplexConfig;
import dev.duplex.producer.relay.Relay;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay of an application. One that has halted is started again after a pause, as a service
 * manager does it with {@code duplex producer}: it goes on when the cause is gone.
 */
public final class EmbeddedRelay implements Loop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRelay.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);

  private final DuplexConfig config;
  private final LinkTracker tracker;
  private Loops.@Nullable Running running;
  private volatile boolean closed;
  private volatile @Nullable Relay relay;
  private String complaint = "";

  /**
   * Starts nothing yet.
   *
   * @param tracker is shown how the relay is
   */
  public EmbeddedRelay(DuplexConfig config, LinkTracker tracker) {
    this.config = config;
    this.tracker = tracker;
  }

  public void start(Loops loops) {
    running = loops.start("duplex-relay-" + config.link(), this);
  }

  /** Runs a relay until it ends. */
  @Override
  public long step() throws InterruptedException {
    if (closed) {
      return OVER;
    }
    try {
      once();
    } catch (DuplexException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(complaint)) {
        LOG.error(
            "the relay of link {} halted: {}; it is tried again every {} s",
            config.link(),
            message,
            PAUSE.toSeconds());
      }
      complaint = message;
    } catch (RuntimeException | Error e) {
      LOG.error("the relay of link {} failed, which is a bug; it is tried again", config.link(), e);
    }
    return PAUSE.toNanos();
  }

  private void once() throws InterruptedException {
    Relay next = new Relay(config);
    next.addListener(() -> tracker.relay(next.status()));
    next.eventListener(tracker::event);
    relay = next;
    try {
      if (!closed) {
        next.run();
      }
    } finally {
      tracker.noRelay(); // however it ended: another instance may publish now
    }
  }

  /** Stops it; what is in flight is left to the next relay. Waits at most 15 s. */
  @Override
  public void close() {
    closed = true;
    Relay current = relay;
    if (current != null) {
      current.stop();
    }
    Loops.Running started = running;
    if (started == null) {
      return;
    }
    started.wake();
    try {
      if (!started.join(CLOSE_LIMIT)) {
        LOG.warn("the relay of link {} does not stop; it ends with this process", config.link());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
