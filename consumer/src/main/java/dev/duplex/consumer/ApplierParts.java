package dev.duplex.consumer;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.DuplexConfig;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.target.TargetDatabase;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;

/**
 * What an applier works with; a test or the simulation stands in for any of it.
 *
 * @param instance names this applier, unlike any other one
 * @param target the secondary
 * @param kafka makes Kafka's clients
 * @param registry closed by the applier
 * @param status what its status events live in
 * @param time by which it waits
 * @param loops run what must not hold up applying
 */
public record ApplierParts(
    Instance instance,
    TargetDatabase target,
    KafkaSettings kafka,
    SchemaRegistry registry,
    StatusReporter.Setting status,
    Time time,
    Loops loops) {

  /** The real ones; connects to nothing yet. */
  static ApplierParts of(DuplexConfig config) {
    Link link = new Link(config.link());
    DatabaseConfig secondary = config.secondary().database();
    return new ApplierParts(
        Instance.create(),
        DatabaseProducts.of(secondary).target(secondary, Time.system()),
        new KafkaSettings(link, config.kafka().properties().asMap()),
        SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap()),
        StatusReporter.Setting.onDisk(
            config.spool().directoryOf(link.name()), Observer.CONSUMER, Loops.THREADS),
        Time.system(),
        Loops.THREADS);
  }
}
