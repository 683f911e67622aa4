package dev.duplex.producer.link;

import dev.duplex.config.DuplexConfig;
import dev.duplex.producer.relay.Relay;
import dev.duplex.schemas.failure.DuplexException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay of an application, on a thread of its own. One that has halted is started again after a
 * pause, as a service manager does it with {@code duplex producer}: it goes on when the cause is
 * gone.
 */
public final class EmbeddedRelay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRelay.class);
  private static final long PAUSE_SECONDS = 10;
  private static final long CLOSE_LIMIT_MILLIS = 15_000;

  private final DuplexConfig config;
  private final LinkTracker view;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Relay relay;

  /**
   * Starts nothing yet.
   *
   * @param view is told how the relay is
   */
  public EmbeddedRelay(DuplexConfig config, LinkTracker view) {
    this.config = config;
    this.view = view;
    this.thread = new Thread(this::run, "duplex-relay-" + config.link());
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    String complaint = "";
    try {
      do {
        try {
          once();
        } catch (DuplexException e) {
          String message = String.valueOf(e.getMessage());
          if (!message.equals(complaint)) {
            LOG.error(
                "the relay of link {} halted: {}; it is tried again every {} s",
                config.link(),
                message,
                PAUSE_SECONDS);
          }
          complaint = message;
        } catch (RuntimeException | Error e) {
          LOG.error(
              "the relay of link {} failed, which is a bug; it is tried again", config.link(), e);
        }
      } while (!closed.await(PAUSE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      LOG.warn("the relay of link {} was interrupted and ends", config.link());
      Thread.currentThread().interrupt();
    }
  }

  private void once() throws InterruptedException {
    Relay next = new Relay(config);
    next.addListener(() -> view.relay(next.status()));
    next.eventListener(view::event);
    relay = next;
    try {
      if (closed.getCount() > 0) {
        next.run();
      }
    } finally {
      view.noRelay(); // however it ended: another instance may publish now
    }
  }

  /** Stops it; what is in flight is left to the next relay. Waits at most 15 s. */
  @Override
  public void close() {
    closed.countDown();
    Relay running = relay;
    if (running != null) {
      running.stop();
    }
    try {
      thread.join(CLOSE_LIMIT_MILLIS);
      if (thread.isAlive()) {
        LOG.warn("the relay of link {} does not stop; it ends with this process", config.link());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
