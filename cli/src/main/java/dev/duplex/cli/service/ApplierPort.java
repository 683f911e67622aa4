package dev.duplex.cli.service;

import dev.duplex.config.HostPort;
import dev.duplex.consumer.Applier;
import dev.duplex.consumer.ApplierFigures;
import dev.duplex.consumer.ApplierState;
import dev.duplex.database.target.AppliedTotals;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.http.ServicePort;
import dev.duplex.status.metrics.Metrics;
import dev.duplex.status.metrics.StateGauges;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What a consumer serves over HTTP. */
final class ApplierPort {
  private static final AppliedTotals NOTHING = new AppliedTotals(0, 0, 0);

  private ApplierPort() {}

  static ServicePort open(HostPort address, String link, Applier applier) {
    Metrics metrics = new Metrics();
    meters(metrics.registry(), Tags.of("link", link), applier);
    return ServicePort.open(address, "consumer.http", () -> report(link, applier), metrics);
  }

  private static ServiceReport report(String link, Applier applier) {
    Checkpoint checkpoint = applier.status().checkpoint();
    ApplierFigures figures = applier.figures();
    AppliedTotals totals = checkpoint == null ? NOTHING : checkpoint.totals();
    return new ServiceReport(
        Role.CONSUMER,
        link,
        applier.instance(),
        ServiceState.of(applier.status().state().name()),
        Optional.ofNullable(figures.reason()),
        figures.detail(),
        (Time.system().nanos() - figures.sinceNanos()) / 1e9,
        checkpoint == null ? 0 : checkpoint.position(),
        totals.transactions(),
        totals.changes(),
        Optional.empty());
  }

  private static AppliedTotals totals(Applier applier) {
    Checkpoint checkpoint = applier.status().checkpoint();
    return checkpoint == null ? NOTHING : checkpoint.totals();
  }

  private static void meters(MeterRegistry registry, Tags tags, Applier applier) {
    StateGauges.register(
        registry,
        "duplex.applier.state",
        "1 for the state that the applier is in",
        tags,
        ApplierState.class,
        () -> applier.status().state());
    counter(
        registry,
        tags,
        applier,
        "applied.transactions",
        "Transactions applied since the link began; 0 before this applier had the role",
        a -> totals(a).transactions());
    counter(
        registry,
        tags,
        applier,
        "applied.changes",
        "Changes applied since the link began; 0 before this applier had the role",
        a -> totals(a).changes());
    counter(
        registry,
        tags,
        applier,
        "mismatches",
        "Rows healed since the link began; 0 before this applier had the role",
        a -> totals(a).mismatches());
    counter(
        registry,
        tags,
        applier,
        "replays",
        "How often a group was read again and applied change by change",
        a -> a.figures().replays());
    counter(
        registry,
        tags,
        applier,
        "retries",
        "How often it was tried again because something was away or refused",
        a -> a.figures().retries());
    FunctionTimer.builder(
            "duplex.applier.group",
            applier,
            a -> a.figures().groups(),
            a -> a.figures().groupNanos(),
            TimeUnit.NANOSECONDS)
        .description("Database transactions of the applier, from the first row to the commit")
        .tags(tags)
        .register(registry);
  }

  private static void counter(
      MeterRegistry registry,
      Tags tags,
      Applier applier,
      String name,
      String description,
      ToDoubleFunction<Applier> value) {
    FunctionCounter.builder("duplex.applier." + name, applier, value)
        .description(description)
        .tags(tags)
        .register(registry);
  }
}
