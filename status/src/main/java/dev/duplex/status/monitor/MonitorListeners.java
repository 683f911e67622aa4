package dev.duplex.status.monitor;

import dev.duplex.schemas.avro.StatusEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who receive what is new. Thread-safe; one that fails does not keep it from the others. */
final class MonitorListeners {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorListeners.class);

  private final List<MonitorView.Listener> all = new CopyOnWriteArrayList<>();

  MonitorView.Subscription add(MonitorView.Listener listener) {
    all.add(listener);
    return () -> all.remove(listener);
  }

  void changed(String link) {
    report(listener -> listener.changed(link));
  }

  void event(StatusEvent event) {
    report(listener -> listener.event(event));
  }

  private void report(Consumer<MonitorView.Listener> what) {
    for (MonitorView.Listener listener : all) {
      try {
        what.accept(listener);
      } catch (RuntimeException e) {
        LOG.warn("a listener failed", e);
      }
    }
  }
}
