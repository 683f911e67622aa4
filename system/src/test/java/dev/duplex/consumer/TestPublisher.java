package dev.duplex.consumer;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.Compatibility;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.registry.SpecificMessages;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.avro.CopiedTable;
import dev.duplex.schemas.avro.CopyKey;
import dev.duplex.schemas.avro.CopyMarker;
import dev.duplex.schemas.avro.CopyPhase;
import dev.duplex.schemas.row.EnvelopeEncoder;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.TransactionStamp;
import dev.duplex.schemas.row.Tuple;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Publishes transactions as a relay does, without a primary. Values are PostgreSQL's text. */
final class TestPublisher implements AutoCloseable {
  /** In place of a value that the primary did not send. */
  static final String UNCHANGED = new String("unchanged");

  static final PrimaryIdentity IDENTITY = new PrimaryIdentity("7000000000000000001", 1);
  static final long COMMIT_MICROS = 1_700_000_000_000_000L;

  private final Link link;
  private final SchemaRegistry registry;
  private final Producer<byte[], byte[]> producer;
  private final Map<Table, Writer> writers = new HashMap<>();
  private PrimaryIdentity identity = IDENTITY;
  private long position;
  private long lastPosition;
  private long xid = 100;

  private record Writer(EnvelopeEncoder encoder, int keyId, int valueId) {
    byte[] fingerprint() {
      return WireFormat.fingerprint(encoder.schema().envelope());
    }
  }

  TestPublisher(KafkaSettings settings, SchemaRegistry registry, long startPosition) {
    this.link = settings.link();
    this.registry = registry;
    this.position = startPosition;
    this.lastPosition = startPosition;
    this.producer = new KafkaProducer<>(settings.transactionalProducer(Duration.ofSeconds(20)));
    producer.initTransactions();
  }

  long position() {
    return lastPosition;
  }

  void identity(PrimaryIdentity newIdentity) {
    identity = newIdentity;
    writers.clear();
  }

  /** The next transaction's predecessor is left out. */
  void skipPosition() {
    position += 8;
    lastPosition = position;
  }

  Transaction begin() {
    position += 8;
    return new Transaction(
        TransactionStamp.of(xid++, position, lastPosition, COMMIT_MICROS + position), position);
  }

  /** One Kafka transaction around what is sent in it. */
  void inKafkaTransaction(Runnable sending) {
    producer.beginTransaction();
    sending.run();
    producer.commitTransaction();
  }

  void sendRaw(byte @Nullable [] key, byte @Nullable [] value, byte @Nullable [] fingerprint) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(link.changesTopic(), 0, key, value);
    if (fingerprint != null) {
      record.headers().add(WireFormat.FINGERPRINT_HEADER, fingerprint);
    }
    var unused = producer.send(record);
  }

  void marker(CopyPhase phase, String copyId, long rows, List<Table> tables) {
    if (phase == CopyPhase.BEGIN) {
      position += 8;
      lastPosition = position;
    }
    CopyMarker marker =
        CopyMarker.newBuilder()
            .setLink(link.name())
            .setCopyId(copyId)
            .setPhase(phase)
            .setSystemId(identity.systemId())
            .setTimeline(identity.timeline())
            .setPosition(lastPosition)
            .setSnapshotMicros(COMMIT_MICROS)
            .setTables(
                tables.stream().map(t -> new CopiedTable(t.id().schema(), t.id().name())).toList())
            .setRows(rows)
            .build();
    SpecificMessages messages = new SpecificMessages(registry);
    String topic = link.changesTopic();
    sendRaw(
        messages.encode(topic, new CopyKey(copyId), Compatibility.NONE),
        messages.encode(topic, marker, Compatibility.NONE),
        WireFormat.fingerprint(marker.getSchema()));
  }

  /** A row of a copy. */
  void copied(String copyId, long order, Table table, @Nullable String... values) {
    Writer writer = writer(table);
    byte[] record =
        writer.encoder.change(
            Operation.READ,
            TransactionStamp.ofCopy(copyId, lastPosition, COMMIT_MICROS),
            1L,
            order,
            order,
            null,
            tuple(values));
    send(writer, writer.encoder.key(tuple(values)), record);
  }

  private Writer writer(Table table) {
    return writers.computeIfAbsent(
        table,
        t -> {
          EnvelopeEncoder encoder = new EnvelopeEncoder(link, identity, "db", t);
          String topic = link.changesTopic();
          int keyId =
              t.hasKey() ? registry.register(topic, encoder.schema().key(), Compatibility.NONE) : 0;
          int valueId = registry.register(topic, encoder.schema().envelope(), Compatibility.NONE);
          return new Writer(encoder, keyId, valueId);
        });
  }

  private void send(Writer writer, byte @Nullable [] key, byte[] value) {
    if (key != null) {
      WireFormat.writeHeader(key, writer.keyId);
    }
    WireFormat.writeHeader(value, writer.valueId);
    sendRaw(key, value, writer.fingerprint());
  }

  // Text is compared by identity: a value may be equal to the mark.
  @SuppressWarnings({"ReferenceEquality", "StringEquality"})
  private static Tuple tuple(@Nullable String... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String value : values) {
      if (value != null) {
        bytes.writeBytes(value.getBytes(StandardCharsets.UTF_8));
      }
    }
    Tuple tuple = new Tuple();
    tuple.reset(bytes.toByteArray());
    int offset = 0;
    for (String value : values) {
      if (value == null) {
        tuple.addNull();
      } else {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (value == UNCHANGED) {
          tuple.addUnchanged();
        } else {
          tuple.addText(offset, length);
        }
        offset += length;
      }
    }
    return tuple;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }

  private static final class Pending {
    final Writer writer;
    final byte @Nullable [] key;
    final byte[] value;
    final int countOffset;

    Pending(Writer writer, byte @Nullable [] key, byte[] value, int countOffset) {
      this.writer = writer;
      this.key = key;
      this.value = value;
      this.countOffset = countOffset;
    }
  }

  /** The changes of one transaction, sent at its end. */
  final class Transaction {
    private final TransactionStamp stamp;
    private final long at;
    private final List<Pending> changes = new ArrayList<>();
    private long order;

    private Transaction(TransactionStamp stamp, long at) {
      this.stamp = stamp;
      this.at = at;
    }

    Transaction insert(Table table, @Nullable String... values) {
      return add(table, Operation.CREATE, null, tuple(values), tuple(values));
    }

    Transaction update(Table table, @Nullable String... values) {
      return add(table, Operation.UPDATE, null, tuple(values), tuple(values));
    }

    /** An update with the old key or the old row. */
    Transaction updateFrom(Table table, @Nullable String[] before, @Nullable String... values) {
      return add(table, Operation.UPDATE, tuple(before), tuple(values), tuple(values));
    }

    Transaction delete(Table table, @Nullable String... before) {
      return add(table, Operation.DELETE, tuple(before), null, tuple(before));
    }

    Transaction truncate(Table table) {
      return add(table, Operation.TRUNCATE, null, null, null);
    }

    private Transaction add(
        Table table,
        Operation operation,
        @Nullable Tuple before,
        @Nullable Tuple after,
        @Nullable Tuple keyImage) {
      Writer writer = writer(table);
      byte[] key = keyImage == null ? null : writer.encoder.key(keyImage);
      order++;
      byte[] value = writer.encoder.change(operation, stamp, 1L, order, order, before, after);
      changes.add(new Pending(writer, key, value, writer.encoder.countOffset()));
      return this;
    }

    int size() {
      return changes.size();
    }

    /** Publishes all of it in one Kafka transaction. */
    long commit() {
      inKafkaTransaction(this::send);
      return at;
    }

    /** Sends all of it into the Kafka transaction that is open. */
    void send() {
      sendPart(0, changes.size());
    }

    /** Sends changes from one index up to another, which completes it if it is the end. */
    void sendPart(int from, int to) {
      for (int i = from; i < to; i++) {
        Pending change = Objects.requireNonNull(changes.get(i));
        byte[] value =
            i == changes.size() - 1
                ? EnvelopeEncoder.withCount(change.value, change.countOffset, changes.size())
                : change.value;
        TestPublisher.this.send(change.writer, change.key, value);
      }
      if (to == changes.size()) {
        lastPosition = at;
      }
    }
  }
}
