package dev.duplex.producer;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the listeners, on a thread of its own. What they are behind with is bounded: when {@value
 * #CAPACITY} events wait, the next ones are dropped and logged.
 */
final class ListenerThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ListenerThread.class);
  static final int CAPACITY = 1_000;
  private static final long IDLE_MILLIS = 500;
  private static final long CLOSE_LIMIT_MILLIS = 2_000;

  private final BlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final List<DuplexListener> listeners = new ArrayList<>(); // the thread's own
  private final Thread thread;
  private volatile boolean closed;

  ListenerThread(String link) {
    thread = new Thread(this::run, "duplex-listener-" + link);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Adds a listener behind what waits already. Any thread; never blocks.
   *
   * @param open what it is to be told first
   * @throws IllegalStateException if the other listeners are too far behind
   */
  void add(DuplexListener listener, Collection<StatusEvent> open) {
    boolean added =
        queue.offer(
            () -> {
              listeners.add(listener);
              open.forEach(event -> tell(listener, event));
            });
    if (!added) {
      throw new IllegalStateException(
          "listeners are " + CAPACITY + " events behind: find the one that blocks");
    }
  }

  /** Any thread; never blocks. */
  void offer(StatusEvent event) {
    if (!queue.offer(() -> listeners.forEach(listener -> tell(listener, event)))) {
      LOG.error(
          "listeners of link {} are {} events behind: {} ({}) of incident {} is dropped",
          event.getLink(),
          CAPACITY,
          event.getState(),
          event.getReason(),
          event.getIncident());
    }
  }

  private void run() {
    try {
      while (!closed || !queue.isEmpty()) {
        Runnable next = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
          next.run();
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts it, when a listener takes too long.
      LOG.warn("{} events were not told any more", queue.size());
    }
  }

  private static void tell(DuplexListener listener, StatusEvent event) {
    try {
      if (event.getState() == LinkState.IN_SYNC) {
        listener.recovered(event);
      } else if (event.getState() == LinkState.HALTED) {
        listener.halted(event);
      } else {
        listener.diverged(event);
      }
    } catch (RuntimeException | Error e) {
      LOG.error("a listener failed at {} ({})", event.getState(), event.getReason(), e);
    }
  }

  /** Tells what waits, but takes 2 s at most; a listener that blocks is interrupted then. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(CLOSE_LIMIT_MILLIS);
      if (thread.isAlive()) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
