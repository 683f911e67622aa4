package dev.duplex.kafka.status;

import dev.duplex.schemas.avro.StatusEvent;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells those who listen, in order, on a thread of its own, which starts with the first one. */
final class EventListeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventListeners.class);
  private static final int LIMIT = 1_000;

  private final BlockingQueue<StatusEvent> queue = new LinkedBlockingQueue<>(LIMIT);
  private final List<Consumer<StatusEvent>> listeners = new CopyOnWriteArrayList<>();
  private @Nullable Thread thread;

  synchronized void add(Consumer<StatusEvent> listener) {
    listeners.add(listener);
    if (thread == null) {
      thread = new Thread(this::run, "duplex-status-listeners");
      thread.setDaemon(true);
      thread.start();
    }
  }

  void tell(StatusEvent event) {
    if (!listeners.isEmpty() && !queue.offer(event)) {
      LOG.warn("a listener of status events does not return: {} is not told", event.getState());
    }
  }

  private void run() {
    try {
      while (true) {
        StatusEvent event = queue.take();
        for (Consumer<StatusEvent> listener : listeners) {
          tell(listener, event);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the end
    }
  }

  private static void tell(Consumer<StatusEvent> listener, StatusEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException e) {
      LOG.warn("a listener of status events failed", e);
    }
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
