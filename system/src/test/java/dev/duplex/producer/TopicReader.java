package dev.duplex.producer;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the changes topic as a tool would that has never heard of Duplex: a consumer, Confluent's
 * registry client, Avro's generic reader, and the bytes.
 */
public final class TopicReader implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final SchemaRegistryClient registry;
  private final TopicPartition partition;

  public TopicReader(String bootstrapServers, String registryUrl, String topic) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    registry = new CachedSchemaRegistryClient(registryUrl, 100, Map.of());
    partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /** All that is committed now and was not returned before. */
  public List<PublishedChange> read() throws Exception {
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    List<PublishedChange> changes = new ArrayList<>();
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        GenericRecord value = decode(record.value());
        changes.add(
            new PublishedChange(
                record.offset(), record.key() == null ? null : decode(record.key()), value));
      }
    }
    return changes;
  }

  private GenericRecord decode(byte @Nullable [] message) throws Exception {
    if (message == null) {
      throw new AssertionError("a record without a value");
    }
    ByteBuffer buffer = ByteBuffer.wrap(message);
    if (buffer.get() != 0) {
      throw new AssertionError("not in Confluent's wire format");
    }
    Schema schema = ((AvroSchema) registry.getSchemaById(buffer.getInt())).rawSchema();
    return new GenericDatumReader<GenericRecord>(schema)
        .read(
            null,
            DecoderFactory.get()
                .binaryDecoder(message, buffer.position(), buffer.remaining(), null));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
