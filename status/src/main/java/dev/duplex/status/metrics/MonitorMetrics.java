package dev.duplex.status.metrics;

import dev.duplex.status.monitor.LinkReport;
import dev.duplex.status.monitor.MonitorView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The metrics of what a monitor knows: as many as there are links. Thread-safe. */
public final class MonitorMetrics implements AutoCloseable {
  private final Metrics metrics = new Metrics();
  private final MonitorView view;
  private final LongSupplier undecodable;
  private final Map<String, LinkMeters> links = new HashMap<>();

  /**
   * Of a monitor.
   *
   * @param subscribers how many get its events at the moment
   * @param undecodable how many records it has skipped
   */
  public MonitorMetrics(MonitorView view, IntSupplier subscribers, LongSupplier undecodable) {
    this.view = view;
    this.undecodable = undecodable;
    MeterRegistry registry = metrics.registry();
    Gauge.builder("duplex.monitor.current", view, v -> v.freshness().current() ? 1 : 0)
        .description("1 while everything that Kafka has was read, else 0")
        .register(registry);
    Gauge.builder("duplex.monitor.age.seconds", view, MonitorMetrics::age)
        .description("Age of the newest thing that was read from Kafka; 0 while current")
        .register(registry);
    Gauge.builder("duplex.monitor.subscribers", () -> subscribers.getAsInt())
        .description("Browsers and programs that get events")
        .register(registry);
    FunctionCounter.builder("duplex.monitor.undecodable", this, me -> me.undecodable.getAsLong())
        .description("Records that could not be read and were skipped")
        .register(registry);
  }

  private static double age(MonitorView view) {
    return view.freshness().age().toMillis() / 1_000.0;
  }

  /** All of them as they are now, in Prometheus' text format. */
  public synchronized String text() {
    Set<String> gone = new HashSet<>(links.keySet());
    for (LinkReport report : view.links()) {
      String name = report.status().link();
      gone.remove(name);
      LinkMeters meters = links.get(name);
      if (meters == null) {
        meters = new LinkMeters(metrics.registry(), report);
        links.put(name, meters);
        meters.add();
      } else {
        meters.report(report);
      }
    }
    for (String name : gone) {
      LinkMeters meters = links.remove(name);
      if (meters != null) {
        meters.remove();
      }
    }
    return metrics.text();
  }

  @Override
  public void close() {
    metrics.close();
  }
}
