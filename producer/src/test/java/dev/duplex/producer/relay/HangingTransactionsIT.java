package dev.duplex.producer.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.Await;
import dev.duplex.producer.PrimaryLab;
import dev.duplex.producer.PublishedChange;
import dev.duplex.producer.RunningRelay;
import dev.duplex.producer.TopicReader;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.kafka.KafkaSettings;
import dev.duplex.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a broker leaves that lost all leaders while it ended a transaction: records without the
 * marker that decides them. Here it is cut off while the broker does not run.
 */
class HangingTransactionsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static PrimaryLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = new PrimaryLab();
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @Test
  void shouldFinishTheCommitOfWhatCountsAsPublished() throws Exception {
    DuplexConfig config = link("published");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        TopicReader topic = reader(config)) {
      lab.execute("INSERT INTO published.t VALUES (1), (2)");
      assertThat(await(topic, 2)).isEqualTo(List.of(1, 2));
    }
    lab.lab().broker().kill();
    TopicLog.cutOffMarker(lab.lab().broker(), "published.changes");
    lab.lab().broker().start();
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        TopicReader topic = reader(config)) {
      // What ended the transaction is its last change, once more.
      assertThat(await(topic, 3)).isEqualTo(List.of(1, 2, 2));
      lab.execute("INSERT INTO published.t VALUES (3)");
      assertThat(await(topic, 1)).isEqualTo(List.of(3));
    }
  }

  @Test
  void shouldAbortWhatNobodyHasSeen() throws Exception {
    DuplexConfig config = link("unseen");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        TopicReader topic = reader(config)) {
      lab.execute("INSERT INTO unseen.t VALUES (1)");
      assertThat(await(topic, 1)).isEqualTo(List.of(1));
    }
    Progress head = Objects.requireNonNull(lab.head(config));
    commitAsADyingRelay(config, head);
    lab.lab().broker().kill();
    TopicLog.cutOffMarker(lab.lab().broker(), "unseen.changes");
    TopicLog.cutOffMarker(lab.lab().broker(), "unseen.progress");
    lab.lab().broker().start();
    lab.execute("INSERT INTO unseen.t VALUES (2)");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        TopicReader topic = reader(config)) {
      assertThat(await(topic, 2)).isEqualTo(List.of(1, 2));
      lab.awaitHead(config, h -> h.getTransactions() == head.getTransactions() + 1);
    }
  }

  /** Its last record again, and a head far beyond what there is. */
  private static void commitAsADyingRelay(DuplexConfig config, Progress head) {
    KafkaSettings kafka = PrimaryLab.kafka(config);
    try (SchemaRegistry registry = SchemaRegistry.open(config.registry().url(), Map.of());
        ChangePublisher publisher = ChangePublisher.open(kafka, registry, LIMIT)) {
      publisher.progress(
          Progress.newBuilder(head)
              .setPosition(head.getPosition() + (1L << 40))
              .setDecoded(head.getDecoded() + (1L << 40))
              .setTransactions(head.getTransactions() + 1_000)
              .build());
      publisher.repeat(lastChange(kafka));
    }
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

  @Test
  void shouldNotGoOnWhereAnothersTransactionHidesTheHead() throws Exception {
    DuplexConfig config = link("hidden");
    Map<String, Object> settings = PrimaryLab.kafka(config).producer();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "not-of-this-link");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        Producer<byte[], byte[]> stranger = new KafkaProducer<>(settings);
        TopicReader topic = reader(config)) {
      stranger.initTransactions();
      stranger.beginTransaction();
      var unused =
          stranger
              .send(new ProducerRecord<>("hidden.progress", 0, "key".getBytes(UTF_8), new byte[0]))
              .get();
      lab.execute("INSERT INTO hidden.t VALUES (1)");
      Await.until(
          "the relay tells what is in its way",
          LIMIT,
          () -> relay.relay().status().detail().contains("kafka-transactions.sh"));
      assertThat(relay.relay().state()).isEqualTo(RelayState.SPOOLING);
      lab.execute("INSERT INTO hidden.t VALUES (2)");
      stranger.abortTransaction();
      relay.awaitLive();
      assertThat(await(topic, 2)).isEqualTo(List.of(1, 2));
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

  /** Ids of the rows that were published next. */
  private static List<Object> await(TopicReader topic, int count) throws Exception {
    List<Object> ids = new ArrayList<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (ids.size() < count && System.nanoTime() - deadline < 0) {
      for (PublishedChange change : topic.read()) {
        ids.add(Objects.requireNonNull(change.after("id")));
      }
    }
    return ids;
  }
}
