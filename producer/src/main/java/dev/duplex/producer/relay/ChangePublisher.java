package dev.duplex.producer.relay;

import dev.duplex.kafka.GivenUpTransaction;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.Compatibility;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.registry.SpecificMessages;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.control.ControlRecord;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.row.EnvelopeSchema;
import dev.duplex.schemas.row.RowKeys;
import dev.duplex.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Writes a link's Kafka transactions. Opening one fences every earlier writer of the link.
 *
 * <p>Owned by one thread. After any exception it is of no more use: close it, and open another one.
 */
public final class ChangePublisher implements KafkaTransactions, AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  /** What a table's records have in common. */
  private record Registered(int keyId, int valueId, List<Header> headers) {}

  private final KafkaSettings settings;
  private final SchemaRegistry registry;
  private final Producer<byte[], byte[]> producer;
  private final Duration longestBlock;
  private final SpecificMessages messages;
  private final ProgressLog progressLog;
  private final String topic;
  private final int partition;
  private final Admin admin;
  private final LastStableOffsets offsets;
  private final IdentityHashMap<EnvelopeSchema, Registered> registered = new IdentityHashMap<>();
  private final Callback whenChangeSent = this::changeSent;
  private final Callback whenProgressSent = this::progressSent;
  private volatile long changesEnd;
  private volatile long progressEnd;
  private boolean open;
  private long bytes;

  private ChangePublisher(
      KafkaSettings settings,
      SchemaRegistry registry,
      Producer<byte[], byte[]> producer,
      Duration longestBlock) {
    this.settings = settings;
    this.registry = registry;
    this.producer = producer;
    this.longestBlock = longestBlock;
    this.admin = settings.openAdmin();
    this.offsets = new LastStableOffsets(admin, settings, longestBlock);
    this.messages = new SpecificMessages(registry);
    this.progressLog = new ProgressLog(settings, registry);
    TopicPartition changes = settings.topics().changes();
    this.topic = changes.topic();
    this.partition = changes.partition();
  }

  /**
   * Fences earlier writers and ends their open transactions.
   *
   * @param longestBlock how long this, and later a send, waits at most for Kafka; a commit waits
   *     three times as long, for the brokers and until readers see it
   * @throws DuplexException if that fails
   */
  public static ChangePublisher open(
      KafkaSettings settings, SchemaRegistry registry, Duration longestBlock) {
    Producer<byte[], byte[]> producer = null;
    try {
      producer = settings.clients().producer(settings.transactionalProducer(longestBlock));
      producer.initTransactions();
      return new ChangePublisher(settings, registry, producer, longestBlock);
    } catch (KafkaException e) {
      if (producer != null) {
        producer.close(Duration.ZERO);
      }
      throw KafkaFailure.of("become the writer of link " + settings.link(), settings, e);
    }
  }

  /** Learns where a topic is: the first send to it would wait for that by the time of day. */
  void lookUp(String theTopic) {
    try {
      var unused = producer.partitionsFor(theTopic);
    } catch (KafkaException e) {
      throw KafkaFailure.of("look up topic " + theTopic, settings, e);
    }
  }

  /** The changes topic. */
  public String topic() {
    return topic;
  }

  /** Reads the heads of the progress topic; complete, as no earlier writer can add to it. */
  public ProgressLog progressLog() {
    return progressLog;
  }

  /** For other questions to the same brokers; ends with this. */
  Admin admin() {
    return admin;
  }

  /** Up to where both topics are decided. */
  LastStableOffsets offsets() {
    return offsets;
  }

  /** Whether a Kafka transaction is open. */
  @Override
  public boolean isOpen() {
    return open;
  }

  /** Bytes sent in the open transaction, before compression. */
  @Override
  public long openBytes() {
    return bytes;
  }

  /**
   * Sends a change; begins a transaction if none is open. Blocks while the client's buffer is full.
   *
   * @param key null if the row has none; both arrays are used up
   */
  @Override
  public void change(EnvelopeSchema table, byte @Nullable [] key, byte[] value) {
    Registered ids = registered.computeIfAbsent(table, this::register);
    WireFormat.writeHeader(value, ids.valueId());
    if (key != null) {
      WireFormat.writeHeader(key, ids.keyId());
    }
    int size = value.length + (key == null ? 0 : key.length);
    if (size > KafkaSettings.MAX_RECORD_BYTES) {
      throw new HaltException(
          Reason.CHANGE_REJECTED,
          "a change of table "
              + table.table()
              + " with key "
              + (key == null ? "(none)" : RowKeys.describe(table.key(), key))
              + " has "
              + size
              + " bytes, more than the "
              + KafkaSettings.MAX_RECORD_BYTES
              + " that a record may have: take the table out of primary.tables, then run"
              + " 'duplex init --recopy'");
    }
    send(
        new ProducerRecord<>(topic, partition, null, key, value, ids.headers()),
        size,
        whenChangeSent);
  }

  /** Sends what is no row; its offset is known after {@link #commit}. */
  public CompletableFuture<Long> control(ControlRecord control) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            partition,
            messages.encode(topic, control.key(), Compatibility.BACKWARD),
            messages.encode(topic, control.body(), Compatibility.BACKWARD));
    record.headers().add(fingerprint(control.body().getSchema()));
    CompletableFuture<Long> offset = new CompletableFuture<>();
    send(
        record,
        record.value().length,
        (metadata, e) -> {
          changeSent(metadata, e);
          if (e == null) {
            offset.complete(metadata.offset());
          } else {
            offset.completeExceptionally(e);
          }
        });
    return offset;
  }

  /** Sends progress, in the open transaction or in one of its own, which is not committed yet. */
  @Override
  public void progress(Progress progress) {
    ProducerRecord<byte[], byte[]> record = progressLog.record(progress);
    send(record, record.value().length, whenProgressSent);
  }

  /**
   * Commits; when it returns, every in-sync replica has what was sent, and readers see it. Kafka
   * acknowledges a commit before that, and what no reader sees may be lost with the next failure
   * (docs/decisions/0013-hanging-transactions.md).
   */
  @Override
  public void commit() {
    try {
      producer.commitTransaction();
      open = false;
      bytes = 0;
      offsets.await(new LastStableOffsets.Ends(changesEnd, progressEnd));
    } catch (KafkaException e) {
      throw KafkaFailure.of("commit a transaction", settings, e);
    }
  }

  /**
   * Gives up what this writer's predecessor has left undecided in these topics.
   *
   * @return behind the records that were given up for it; 0 for a topic that has none
   */
  LastStableOffsets.Ends giveUp(List<TopicPartition> partitions) {
    Map<TopicPartition, Long> ends = GivenUpTransaction.write(producer, partitions, longestBlock);
    return new LastStableOffsets.Ends(
        ends.getOrDefault(settings.topics().changes(), 0L),
        ends.getOrDefault(settings.topics().progress(), 0L));
  }

  private void changeSent(RecordMetadata metadata, @Nullable Exception e) {
    if (e == null) {
      changesEnd = metadata.offset() + 1;
    }
  }

  private void progressSent(RecordMetadata metadata, @Nullable Exception e) {
    if (e == null) {
      progressEnd = metadata.offset() + 1;
    }
  }

  // A send that fails later makes the commit fail, so nobody needs to wait for the single ones.
  private void send(ProducerRecord<byte[], byte[]> record, int size, Callback whenSent) {
    try {
      if (!open) {
        producer.beginTransaction();
        open = true;
      }
      bytes += size;
      Future<RecordMetadata> sent = producer.send(record, whenSent);
      if (sent.isDone()) {
        // Without metadata in time the client returns a failed future instead of throwing; left
        // alone, each further record would wait as long again.
        sent.get();
      }
    } catch (KafkaException | ExecutionException e) {
      throw KafkaFailure.of("send to " + record.topic(), settings, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // not possible: it is done
      throw new IllegalStateException(e);
    }
  }

  /** Gives up what was sent in the open transaction. */
  public void abort() {
    try {
      if (open) {
        producer.abortTransaction();
        open = false;
        bytes = 0;
      }
    } catch (KafkaException e) {
      throw KafkaFailure.of("abort a transaction", settings, e);
    }
  }

  private Registered register(EnvelopeSchema table) {
    int valueId = registry.register(topic, table.envelope(), Compatibility.NONE);
    int keyId = table.hasKey() ? registry.register(topic, table.key(), Compatibility.NONE) : 0;
    return new Registered(keyId, valueId, List.of(fingerprint(table.envelope())));
  }

  private static Header fingerprint(org.apache.avro.Schema schema) {
    return new RecordHeader(WireFormat.FINGERPRINT_HEADER, WireFormat.fingerprint(schema));
  }

  /** Ends the client; what was not committed is aborted by the next writer or the broker. */
  @Override
  public void close() {
    // An interrupted thread would not wait for the client's threads to end.
    boolean interrupted = Thread.interrupted();
    try {
      producer.close(CLOSE_LIMIT);
    } catch (InterruptException e) {
      interrupted = true; // told to end while it ends: it is closed all the same
    } finally {
      admin.close(CLOSE_LIMIT);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
