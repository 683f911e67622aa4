package dev.duplex.status.metrics;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.status.monitor.LinkReport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The meters of one link; they read the report that was set last. */
final class LinkMeters {
  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> meters = new ArrayList<>();
  private volatile LinkReport report;

  LinkMeters(MeterRegistry registry, LinkReport first) {
    this.registry = registry;
    this.tags = Tags.of("link", first.status().link());
    this.report = first;
  }

  void add() {
    meters.addAll(
        StateGauges.register(
            registry,
            "duplex.link.state",
            "1 for the state that the link is in",
            tags,
            LinkState.class,
            () -> report.status().state()));
    gauge(
        "lag.seconds",
        "Age of the oldest transaction that is not applied, by the primary's clock",
        r -> r.status().lag().toMillis() / 1_000.0);
    gauge(
        "transactions.behind",
        "Transactions not applied: published, or in diff files as far as known",
        r -> r.status().transactionsBehind());
    gauge(
        "changes.behind",
        "Changes not applied: published, or in diff files as far as known",
        LinkReport::changesBehind);
    gauge("spool.bytes", "Size of the diff files, as far as known", LinkReport::bytesSpooled);
    gauge("incidents.open", "Incidents that are open", r -> r.status().incidents().size());
    gauge(
        "producer.silence.seconds",
        "Time since the producer was last heard of",
        r -> r.producerSilence().toMillis() / 1_000.0);
    gauge(
        "consumer.silence.seconds",
        "Time since the consumer was last heard of",
        r -> r.consumerSilence().toMillis() / 1_000.0);
    counter(
        "published.transactions",
        "Transactions published since the link began",
        r -> r.status().producer().getTransactions());
    counter(
        "published.changes",
        "Changes published since the link began",
        r -> r.status().producer().getChanges());
    counter(
        "applied.transactions",
        "Transactions applied since the link began",
        r -> applied(r, Progress::getTransactions));
    counter(
        "applied.changes",
        "Changes applied since the link began",
        r -> applied(r, Progress::getChanges));
    counter(
        "mismatches",
        "Rows healed on the secondary since the link began",
        r -> applied(r, Progress::getMismatches));
  }

  void report(LinkReport newest) {
    report = newest;
  }

  void remove() {
    meters.forEach(registry::remove);
  }

  private static double applied(LinkReport report, ToLongFunction<Progress> figure) {
    return report.status().consumer().map(figure::applyAsLong).orElse(0L);
  }

  private void gauge(String name, String description, ToDoubleFunction<LinkReport> value) {
    meters.add(
        Gauge.builder("duplex.link." + name, this, me -> value.applyAsDouble(me.report))
            .description(description)
            .tags(tags)
            .register(registry));
  }

  private void counter(String name, String description, ToDoubleFunction<LinkReport> value) {
    meters.add(
        FunctionCounter.builder("duplex.link." + name, this, me -> value.applyAsDouble(me.report))
            .description(description)
            .tags(tags)
            .register(registry));
  }
}
