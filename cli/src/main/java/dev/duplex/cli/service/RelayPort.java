package dev.duplex.cli.service;

import dev.duplex.config.HostPort;
import dev.duplex.producer.relay.Relay;
import dev.duplex.producer.relay.RelayFigures;
import dev.duplex.producer.relay.RelayState;
import dev.duplex.producer.relay.RelayStatus;
import dev.duplex.producer.spool.SpoolTotals;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.judge.SpoolReport;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.http.ServicePort;
import dev.duplex.status.metrics.Metrics;
import dev.duplex.status.metrics.StateGauges;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** What a producer serves over HTTP. */
final class RelayPort {
  private RelayPort() {}

  static ServicePort open(HostPort address, String link, Relay relay) {
    Metrics metrics = new Metrics();
    meters(metrics.registry(), Tags.of("link", link), relay);
    return ServicePort.open(address, "producer.http", () -> report(link, relay), metrics);
  }

  private static ServiceReport report(String link, Relay relay) {
    RelayStatus status = relay.status();
    RelayFigures figures = relay.figures();
    return new ServiceReport(
        Role.PRODUCER,
        link,
        relay.instance(),
        ServiceState.of(status.state().name()),
        Optional.ofNullable(status.reason()),
        status.detail(),
        (Time.system().nanos() - status.sinceNanos()) / 1e9,
        status.position(),
        figures.transactions(),
        figures.changes(),
        Optional.of(spool(figures)));
  }

  private static SpoolReport spool(RelayFigures figures) {
    SpoolTotals totals = figures.spooled();
    return new SpoolReport(
        totals.transactions(),
        totals.changes(),
        totals.bytes(),
        totals.firstPosition(),
        totals.lastPosition(),
        totals.oldestCommitMicros(),
        figures.spoolAgeMicros());
  }

  private static void meters(MeterRegistry registry, Tags tags, Relay relay) {
    StateGauges.register(
        registry,
        "duplex.relay.state",
        "1 for the state that the relay is in",
        tags,
        RelayState.class,
        relay::state);
    counter(
        registry,
        tags,
        relay,
        "published.transactions",
        "Transactions published since the link began; 0 while this relay does not know",
        RelayFigures::transactions);
    counter(
        registry,
        tags,
        relay,
        "published.changes",
        "Changes published since the link began; 0 while this relay does not know",
        RelayFigures::changes);
    counter(
        registry,
        tags,
        relay,
        "publish.failures",
        "How often publishing failed, or Kafka or the registry could not be reached",
        RelayFigures::publishFailures);
    gauge(registry, tags, relay, "spool.bytes", "Size of the diff files", SpoolTotals::bytes);
    gauge(
        registry,
        tags,
        relay,
        "spool.transactions",
        "Transactions in the diff files",
        SpoolTotals::transactions);
    gauge(
        registry, tags, relay, "spool.changes", "Changes in the diff files", SpoolTotals::changes);
  }

  private static void counter(
      MeterRegistry registry,
      Tags tags,
      Relay relay,
      String name,
      String description,
      ToLongFunction<RelayFigures> value) {
    FunctionCounter.builder("duplex.relay." + name, relay, r -> value.applyAsLong(r.figures()))
        .description(description)
        .tags(tags)
        .register(registry);
  }

  private static void gauge(
      MeterRegistry registry,
      Tags tags,
      Relay relay,
      String name,
      String description,
      ToLongFunction<SpoolTotals> value) {
    Gauge.builder("duplex.relay." + name, relay, r -> value.applyAsLong(r.figures().spooled()))
        .description(description)
        .tags(tags)
        .register(registry);
  }
}
