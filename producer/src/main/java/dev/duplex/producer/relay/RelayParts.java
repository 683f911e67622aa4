package dev.duplex.producer.relay;

import dev.duplex.config.DuplexConfig;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.source.SourceDatabase;
import dev.duplex.kafka.KafkaClients;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.OutboxOnDisk;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.producer.spool.Disk;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What a relay is made of; a simulation makes another one.
 *
 * @param registry opens it; closed by the relay
 * @param status where events of the status topic survive, and what runs their reporter
 * @param loops run what must not hold the relay up
 * @param instance names this relay, unlike any other
 * @param disk of the diff files
 */
public record RelayParts(
    SourceDatabase database,
    KafkaClients kafka,
    Supplier<SchemaRegistry> registry,
    StatusReporter.Setting status,
    Time time,
    Loops loops,
    Instance instance,
    Disk disk) {

  /** The real ones; connects to nothing yet. */
  public static RelayParts of(DuplexConfig config) {
    Link link = new Link(config.link());
    return new RelayParts(
        DatabaseProducts.of(config.primary().database())
            .source(link, config.primary().database(), config.takeoverAfter()),
        KafkaClients.real(),
        () -> SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap()),
        new StatusReporter.Setting(
            new OutboxOnDisk(config.spool().directoryOf(link.name()), Observer.PRODUCER),
            Loops.THREADS,
            () -> UUID.randomUUID().toString()),
        Time.system(),
        Loops.THREADS,
        Instance.create(),
        Disk.local());
  }
}
