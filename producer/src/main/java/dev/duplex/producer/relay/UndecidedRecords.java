package dev.duplex.producer.relay;

import dev.duplex.kafka.GivenUpTransaction;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.ChangeReader;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.row.RowLayout;
import dev.duplex.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a link's topics where readers of committed records do not get.
 *
 * <p>Owned by one thread.
 */
final class UndecidedRecords {
  private static final Duration READ_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaSettings settings;
  private final SchemaRegistry registry;

  UndecidedRecords(KafkaSettings settings, SchemaRegistry registry) {
    this.settings = settings;
    this.registry = registry;
  }

  /**
   * Reads from the first undecided record on.
   *
   * @param taker is given what Duplex has written
   * @return the last of these records; null if there is none
   * @throws dev.duplex.schemas.failure.RetryException if the first one is somebody else's: only
   *     when that transaction has ended can be said what else is undecided
   */
  @Nullable ConsumerRecord<byte[], byte[]> read(
      TopicPartition partition,
      long start,
      long end,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    Map<String, Object> uncommitted = new HashMap<>(settings.consumer());
    uncommitted.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    long begun = settings.time().nanos();
    ConsumerRecord<byte[], byte[]> last = null;
    try (Consumer<byte[], byte[]> consumer = settings.clients().consumer(uncommitted)) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, start);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (fingerprint(record) != null) {
            taker.accept(record);
            last = record;
          } else if (record.offset() == start && !GivenUpTransaction.has(record)) {
            throw LastStableOffsets.undecided(settings, partition, start);
          }
        }
        if (settings.time().nanos() - begun > READ_LIMIT.toNanos()) {
          throw new TimeoutException("no answer for " + READ_LIMIT.toSeconds() + " s");
        }
      }
    }
    return last;
  }

  private static @Nullable Header fingerprint(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(WireFormat.FINGERPRINT_HEADER);
  }

  /**
   * Whether a producer's progress says that a record of the changes topic is published.
   *
   * @throws HaltException if it is no change
   */
  boolean isCovered(ConsumerRecord<byte[], byte[]> record, Progress head) {
    Header fingerprint = fingerprint(record);
    if (fingerprint == null) {
      return false;
    }
    try {
      Schema schema = registry.byId(WireFormat.schemaId(record.value()), fingerprint.value());
      if (schema.getField("transaction") == null) {
        return false; // begin or end of a copy: whoever makes it waits until it is decided
      }
      Change change = new Change();
      new ChangeReader().read(record.value(), new RowFormat(RowLayout.of(schema)), change);
      return new RelayHead(head, () -> null).covers(change.position(), change.order());
    } catch (IllegalArgumentException e) {
      throw KafkaFailure.foreign(record, "change", e);
    }
  }
}
