package dev.duplex.kafka.status;

import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives events to those who listen, in order, in a loop that starts with the first listener. */
final class EventListeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventListeners.class);
  private static final int LIMIT = 1_000;
  private static final long UNTIL_WOKEN = TimeUnit.HOURS.toNanos(1);

  private final Loops loops;
  private final BlockingQueue<StatusEvent> queue = new LinkedBlockingQueue<>(LIMIT);
  private final List<Consumer<StatusEvent>> listeners = new CopyOnWriteArrayList<>();
  private Loops.@Nullable Running running;
  private boolean closed;

  EventListeners(Loops loops) {
    this.loops = loops;
  }

  synchronized void add(Consumer<StatusEvent> listener) {
    listeners.add(listener);
    if (running == null && !closed) {
      running = loops.start("duplex-status-listeners", this::deliver);
    }
  }

  synchronized void publish(StatusEvent event) {
    if (running == null) {
      return;
    }
    if (!queue.offer(event)) {
      LOG.warn("a listener of status events does not return: it will not get {}", event.getState());
    }
    running.wake();
  }

  private long deliver() {
    StatusEvent event = queue.poll();
    if (event == null) {
      return isClosed() ? Loop.OVER : UNTIL_WOKEN;
    }
    for (Consumer<StatusEvent> listener : listeners) {
      deliver(listener, event);
    }
    return 0;
  }

  private static void deliver(Consumer<StatusEvent> listener, StatusEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException e) {
      LOG.warn("a listener of status events failed", e);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (running != null) {
      running.stop();
      running = null;
    }
  }
}
