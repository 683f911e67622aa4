package dev.duplex.producer.relay;

import dev.duplex.producer.relay.StableOffsets.Ends;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.ChangeReader;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.kafka.KafkaFailure;
import dev.duplex.schemas.kafka.KafkaSettings;
import dev.duplex.schemas.registry.SchemaRegistry;
import dev.duplex.schemas.row.RowLayout;
import dev.duplex.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what Kafka has forgotten to end: a broker that coordinates a transaction takes a partition
 * that has no leader at that moment for deleted, and never writes there whether the transaction was
 * committed (docs/decisions/0013-hanging-transactions.md). Readers see nothing behind it then, and
 * the next marker of the same writer would decide it by chance.
 *
 * <p>{@link ChangePublisher#commit} does not return before a transaction is decided in both topics,
 * so only the last one of a writer can hang. If its progress is committed, so are its changes; else
 * all of it is aborted, and published again by whoever comes next.
 *
 * <p>Owned by one thread.
 */
final class HangingTransactions {
  private static final Logger log = LoggerFactory.getLogger(HangingTransactions.class);
  private static final Duration READ_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(200);

  private final ChangePublisher publisher;
  private final KafkaSettings settings;
  private final SchemaRegistry registry;

  /** For a publisher that has just fenced all others and has sent nothing. */
  HangingTransactions(ChangePublisher publisher, KafkaSettings settings, SchemaRegistry registry) {
    this.publisher = publisher;
    this.settings = settings;
    this.registry = registry;
  }

  /**
   * Returns when everything is decided that earlier writers have sent.
   *
   * @throws dev.duplex.schemas.failure.DuplexException if that is not possible now
   */
  void end() {
    try {
      StableOffsets offsets = publisher.offsets();
      Ends written = offsets.written();
      Ends decided = offsets.decided();
      if (!decided.reach(written)) {
        end(written, decided);
        offsets.await(written);
      }
    } catch (KafkaException e) {
      throw KafkaFailure.of("end a hanging transaction", settings, e);
    }
  }

  private void end(Ends written, Ends decided) {
    List<String> hanging = new ArrayList<>();
    if (decided.progress() < written.progress()) {
      hanging.add(settings.link().progressTopic());
    }
    if (decided.changes() < written.changes()) {
      ConsumerRecord<byte[], byte[]> last = lastChange(decided.changes(), written.changes());
      if (hanging.isEmpty() && last != null && isPublished(last)) {
        log.warn("Kafka did not finish the commit of a transaction in {}: done", last.topic());
        publisher.repeat(last);
        return;
      }
      hanging.add(settings.link().changesTopic());
    }
    log.warn(
        "Kafka left a transaction in {} undecided: aborted; what it held is published again",
        String.join(" and ", hanging));
    publisher.giveUp(hanging);
  }

  private @Nullable ConsumerRecord<byte[], byte[]> lastChange(long start, long end) {
    Map<String, Object> uncommitted = new HashMap<>(settings.consumer());
    uncommitted.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    TopicPartition partition = new TopicPartition(settings.link().changesTopic(), 0);
    long begun = System.nanoTime();
    ConsumerRecord<byte[], byte[]> last = null;
    try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(uncommitted)) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, start);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          last = record.offset() < end ? record : last;
        }
        if (System.nanoTime() - begun > READ_LIMIT.toNanos()) {
          throw new TimeoutException("no answer for " + READ_LIMIT.toSeconds() + " s");
        }
      }
    }
    return last;
  }

  /** Whether the progress that is committed says so. */
  private boolean isPublished(ConsumerRecord<byte[], byte[]> record) {
    Progress head = publisher.progressLog().heads().get(Role.PRODUCER);
    Header fingerprint = record.headers().lastHeader(WireFormat.FINGERPRINT_HEADER);
    if (head == null || fingerprint == null || record.value().length == 0) {
      return false;
    }
    Schema schema = registry.byId(WireFormat.schemaId(record.value()), fingerprint.value());
    if (schema.getField("transaction") == null) {
      return false; // begin or end of a copy: whoever makes it waits until it is decided
    }
    Change change = new Change();
    new ChangeReader().read(record.value(), new RowFormat(RowLayout.of(schema)), change);
    return new RelayHead(head, () -> null).covers(change.position(), change.order());
  }
}
