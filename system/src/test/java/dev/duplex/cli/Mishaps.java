package dev.duplex.cli;

import dev.duplex.kafka.registry.Compatibility;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.lab.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What people do to a link by mistake, and what takes it its place. */
public final class Mishaps {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Mishaps() {}

  /** Deletes the topic of the changes and makes it again, empty. */
  public static void recreateTopic(Twin twin) throws Exception {
    String topic = twin.link().changesTopic();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", twin.lab().broker().bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get();
      Await.until(
          "the topic is made again",
          LIMIT,
          () -> {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            return true;
          });
    }
  }

  /** Writes a record to the topic of the changes that is none. */
  public static void writeForeignRecord(Twin twin) throws Exception {
    try (Producer<byte[], byte[]> stranger =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", twin.lab().broker().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      stranger
          .send(
              new ProducerRecord<>(
                  twin.link().changesTopic(), "not Avro at all".getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }

  /**
   * Loses what the registry had, and gives the ids that it had handed out to other schemas. Else it
   * would be by chance, by the order in which the services ask, whether an id means the same again.
   */
  public static void resetRegistry(Twin twin) throws Exception {
    int highest = occupySchemaId(twin, "Last");
    twin.lab().registry().reset();
    int occupied = 0;
    for (int i = 0; occupied < highest; i++) {
      occupied = occupySchemaId(twin, "Other" + i);
    }
  }

  private static int occupySchemaId(Twin twin, String name) {
    try (SchemaRegistry registry = SchemaRegistry.open(twin.lab().registry().url(), Map.of())) {
      Schema schema =
          SchemaBuilder.record(name + UUID.randomUUID().toString().replace("-", ""))
              .fields()
              .endRecord();
      return registry.register("other", schema, Compatibility.NONE);
    }
  }

  /** Drops the slot; its producer loses the session and cannot have it again. */
  public static void dropSlot(Twin twin) throws Exception {
    String slot = "FROM pg_replication_slots WHERE slot_name = '" + twin.link().slot() + "'";
    Await.until(
        "the slot is dropped before the producer has it again",
        LIMIT,
        () -> {
          twin.onPrimary(
              "SELECT pg_terminate_backend(active_pid, 1000) " + slot + " AND active",
              "SELECT pg_drop_replication_slot(slot_name) " + slot);
          return true;
        });
  }
}
