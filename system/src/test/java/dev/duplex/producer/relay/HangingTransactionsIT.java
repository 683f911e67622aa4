package dev.duplex.producer.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.lab.Await;
import dev.duplex.producer.PrimaryLab;
import dev.duplex.producer.PublishedChange;
import dev.duplex.producer.RunningRelay;
import dev.duplex.producer.TopicReader;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a broker leaves that lost all leaders while it ended a transaction: records without the
 * marker that decides them. Here it is cut off while the broker does not run.
 */
class HangingTransactionsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int NEVER_ON_PRIMARY = 99;
  private static PrimaryLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = new PrimaryLab();
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
  }

  /** Killed before it confirmed anything, with a commit that Kafka has half forgotten. */
  @ParameterizedTest
  @CsvSource({"changes, true, false", "progress, false, true", "unseen, true, true"})
  void shouldPublishAgainWhatNobodyHasSeenWhole(String name, boolean changes, boolean progress)
      throws Exception {
    DuplexConfig config = link(name);
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        TopicReader topic = reader(config)) {
      lab.execute("INSERT INTO " + name + ".t VALUES (1)");
      assertThat(ids(await(topic, 1))).isEqualTo(List.of(1));
    }
    Progress head = Objects.requireNonNull(lab.head(config));
    commitAsADyingRelay(config, head);
    lab.lab().broker().kill();
    if (changes) {
      TopicLog.cutOffMarker(lab.lab().broker(), name + ".changes");
    }
    if (progress) {
      TopicLog.cutOffMarker(lab.lab().broker(), name + ".progress");
    }
    lab.lab().broker().start();
    lab.execute("INSERT INTO " + name + ".t VALUES (2)");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        TopicReader topic = reader(config)) {
      // What readers saw of the changes stays; what follows is published behind what counts.
      List<Object> ids = changes ? List.of(1, 2) : List.of(1, NEVER_ON_PRIMARY, 2);
      List<PublishedChange> published = await(topic, ids.size());
      assertThat(ids(published)).isEqualTo(ids);
      assertThat(published.get(ids.size() - 1).previousPosition()).isEqualTo(head.getPosition());
      lab.awaitHead(config, h -> h.getTransactions() == head.getTransactions() + 1);
    }
  }

  /** A transaction right behind the last one. */
  private static void commitAsADyingRelay(DuplexConfig config, Progress head) throws Exception {
    KafkaSettings kafka = PrimaryLab.kafka(config);
    try (SchemaRegistry registry = SchemaRegistry.open(config.registry().url(), Map.of());
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(kafka.transactionalProducer(LIMIT))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(next(kafka, registry)).get();
      producer
          .send(
              new ProgressLog(kafka, registry)
                  .record(
                      Progress.newBuilder(head)
                          .setPosition(head.getPosition() + 1)
                          .setTransactions(head.getTransactions() + 1)
                          .build()))
          .get();
      producer.commitTransaction();
    }
    // Else the broker would write the markers once more when it runs again.
    String id = kafka.link().transactionalId();
    try (Admin admin = Admin.create(kafka.admin())) {
      Await.until(
          "the transaction is complete",
          LIMIT,
          () ->
              admin.describeTransactions(List.of(id)).description(id).get().state()
                  == TransactionState.COMPLETE_COMMIT);
    }
  }

  /** The last record of the changes topic, as that of another transaction and row. */
  private static ProducerRecord<byte[], byte[]> next(KafkaSettings kafka, SchemaRegistry registry)
      throws IOException {
    ConsumerRecord<byte[], byte[]> last = lastChange(kafka);
    Schema schema =
        registry.byId(
            WireFormat.schemaId(last.value()),
            last.headers().lastHeader(WireFormat.FINGERPRINT_HEADER).value());
    int header = WireFormat.HEADER_BYTES;
    GenericRecord change =
        new GenericDatumReader<GenericRecord>(schema)
            .read(
                null,
                DecoderFactory.get()
                    .binaryDecoder(last.value(), header, last.value().length - header, null));
    GenericRecord transaction = (GenericRecord) change.get("transaction");
    long position = (Long) transaction.get("position");
    transaction.put("position", position + 1);
    transaction.put("previous_position", position);
    ((GenericRecord) change.get("source")).put("position", position + 1);
    ((GenericRecord) change.get("after")).put("id", NEVER_ON_PRIMARY);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(last.value(), 0, header);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(change, encoder);
    encoder.flush();
    return new ProducerRecord<>(
        last.topic(), 0, null, last.key(), out.toByteArray(), last.headers());
  }

  private static ConsumerRecord<byte[], byte[]> lastChange(KafkaSettings kafka) {
    TopicPartition partition = new TopicPartition(kafka.link().changesTopic(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka.consumer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      ConsumerRecord<byte[], byte[]> last = null;
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          last = record;
        }
      }
      return Objects.requireNonNull(last);
    }
  }

  @ParameterizedTest
  @CsvSource({"hides_head, progress", "hides_changes, changes"})
  void shouldNotGoOnWhereAnothersTransactionHidesATopic(String name, String suffix)
      throws Exception {
    DuplexConfig config = link(name);
    Map<String, Object> settings = PrimaryLab.kafka(config).producer();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "not-of-this-link");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        Producer<byte[], byte[]> stranger = new KafkaProducer<>(settings);
        TopicReader topic = reader(config)) {
      stranger.initTransactions();
      stranger.beginTransaction();
      stranger
          .send(new ProducerRecord<>(name + "." + suffix, 0, "key".getBytes(UTF_8), new byte[0]))
          .get();
      lab.execute("INSERT INTO " + name + ".t VALUES (1)");
      Await.until(
          "the relay tells what is in its way",
          LIMIT,
          () -> relay.relay().status().detail().contains("kafka-transactions.sh"));
      assertThat(relay.relay().state()).isEqualTo(RelayState.SPOOLING);
      lab.execute("INSERT INTO " + name + ".t VALUES (2)");
      stranger.abortTransaction();
      relay.awaitLive();
      assertThat(ids(await(topic, 2))).isEqualTo(List.of(1, 2));
      assertThat(topic.read()).isEmpty();
    }
  }

  private static DuplexConfig link(String name) throws Exception {
    lab.execute("CREATE SCHEMA " + name, "CREATE TABLE " + name + ".t (id int PRIMARY KEY)");
    DuplexConfig config = lab.config(name, "");
    lab.setUp(config);
    return config;
  }

  private static TopicReader reader(DuplexConfig config) {
    return new TopicReader(
        config.kafka().bootstrapServers(), config.registry().url(), config.link() + ".changes");
  }

  private static List<PublishedChange> await(TopicReader topic, int count) throws Exception {
    List<PublishedChange> changes = new ArrayList<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (changes.size() < count && System.nanoTime() - deadline < 0) {
      changes.addAll(topic.read());
    }
    return changes;
  }

  private static List<Object> ids(List<PublishedChange> changes) {
    return changes.stream().map(change -> Objects.requireNonNull(change.after("id"))).toList();
  }
}
