package dev.duplex.kafka.status;

import dev.duplex.kafka.LinkTopics;
import dev.duplex.kafka.registry.Compatibility;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.registry.SpecificMessages;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.avro.StatusKey;
import dev.duplex.schemas.wire.WireFormat;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Records of the status topic. Not thread-safe. */
public final class StatusLog {
  private final TopicPartition partition;
  private final SpecificMessages messages;
  private final StatusKey key;

  public StatusLog(Link link, SchemaRegistry registry) {
    this.partition = new LinkTopics(link).status();
    this.messages = new SpecificMessages(registry);
    this.key = new StatusKey(link.name());
  }

  /** A record to send. Asks the registry the first time only. */
  public ProducerRecord<byte[], byte[]> record(StatusEvent event) {
    String topic = partition.topic();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            partition.partition(),
            messages.encode(topic, key, Compatibility.BACKWARD),
            messages.encode(topic, event, Compatibility.BACKWARD));
    record.headers().add(WireFormat.FINGERPRINT_HEADER, WireFormat.fingerprint(event.getSchema()));
    return record;
  }

  /**
   * Decodes a record.
   *
   * @throws IllegalArgumentException if it is no status event
   * @throws dev.duplex.schemas.failure.RetryException if another version wrote it and the registry
   *     cannot be reached
   * @throws dev.duplex.schemas.failure.HaltException likewise, if its schema means something else
   *     now
   */
  public StatusEvent decode(ConsumerRecord<byte[], byte[]> record) {
    Header fingerprint = record.headers().lastHeader(WireFormat.FINGERPRINT_HEADER);
    if (record.value() == null || fingerprint == null) {
      throw new IllegalArgumentException("no value, or no header " + WireFormat.FINGERPRINT_HEADER);
    }
    return messages.observe(record.value(), fingerprint.value(), StatusEvent.getClassSchema());
  }
}
