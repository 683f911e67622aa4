package dev.duplex.cli;

import dev.duplex.lab.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
