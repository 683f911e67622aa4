package dev.duplex.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplex.kafka.topics.TopicIds;
import dev.duplex.schemas.failure.FencedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * What Duplex relies on in Kafka: whatever makes clients must pass it, the real ones on a broker
 * and those of the simulation.
 */
public abstract class KafkaContract {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final byte[] KEY = {1};

  /** A link whose topics are there and empty. */
  protected abstract KafkaSettings newLink() throws Exception;

  private static Producer<byte[], byte[]> writer(KafkaSettings kafka) {
    Producer<byte[], byte[]> writer = kafka.clients().producer(kafka.transactionalProducer(LIMIT));
    writer.initTransactions();
    return writer;
  }

  private static void send(Producer<byte[], byte[]> writer, KafkaSettings kafka, String text) {
    TopicPartition to = kafka.topics().changes();
    var unused = writer.send(new ProducerRecord<>(to.topic(), to.partition(), KEY, bytes(text)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void write(Producer<byte[], byte[]> writer, KafkaSettings kafka, String text) {
    writer.beginTransaction();
    send(writer, kafka, text);
    writer.commitTransaction();
  }

  /** Reads committed records until there are as many. */
  private static List<String> read(KafkaSettings kafka, int count) {
    List<String> texts = new ArrayList<>();
    TopicPartition partition = kafka.topics().changes();
    try (Consumer<byte[], byte[]> consumer = kafka.openConsumer()) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      long begun = kafka.time().nanos();
      while (texts.size() < count && kafka.time().nanos() - begun < LIMIT.toNanos()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          texts.add(new String(record.value(), StandardCharsets.UTF_8));
        }
      }
    }
    return texts;
  }

  private static long end(KafkaSettings kafka, IsolationLevel level) throws Exception {
    TopicPartition partition = kafka.topics().changes();
    try (Admin admin = kafka.openAdmin()) {
      var offsets =
          admin
              .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(level))
              .all()
              .get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
      return Objects.requireNonNull(offsets.get(partition)).offset();
    }
  }

  private static void awaitStable(KafkaSettings kafka, long offset) throws Exception {
    long begun = kafka.time().nanos();
    while (end(kafka, IsolationLevel.READ_COMMITTED) < offset) {
      assertThat(kafka.time().nanos() - begun).isLessThan(LIMIT.toNanos());
      kafka.time().sleep(Duration.ofMillis(10));
    }
  }

  @Test
  public void shouldShowATransactionWhenItIsCommitted() throws Exception {
    KafkaSettings kafka = newLink();
    try (Producer<byte[], byte[]> writer = writer(kafka)) {
      writer.beginTransaction();
      TopicPartition to = kafka.topics().changes();
      long offset =
          writer
              .send(new ProducerRecord<>(to.topic(), to.partition(), KEY, bytes("a")))
              .get(LIMIT.toNanos(), TimeUnit.NANOSECONDS)
              .offset();
      assertThat(offset).isZero();
      assertThat(end(kafka, IsolationLevel.READ_COMMITTED)).isZero();
      assertThat(end(kafka, IsolationLevel.READ_UNCOMMITTED)).isEqualTo(1);
      send(writer, kafka, "b");
      writer.commitTransaction();
    }
    awaitStable(kafka, 3); // with the marker
    assertThat(read(kafka, 2)).containsExactly("a", "b");
  }

  @Test
  public void shouldHideWhatIsAbortedAndPassIt() throws Exception {
    KafkaSettings kafka = newLink();
    TopicPartition partition = kafka.topics().changes();
    try (Producer<byte[], byte[]> writer = writer(kafka)) {
      write(writer, kafka, "a");
      writer.beginTransaction();
      send(writer, kafka, "given up");
      writer.flush();
      writer.abortTransaction();
      write(writer, kafka, "b");
      Map<TopicPartition, Long> ends = GivenUpTransaction.write(writer, List.of(partition), LIMIT);
      assertThat(ends).containsEntry(partition, 7L);
    }
    awaitStable(kafka, 8);
    assertThat(read(kafka, 2)).containsExactly("a", "b");
    try (Consumer<byte[], byte[]> consumer = kafka.openConsumer()) {
      consumer.assign(List.of(partition));
      assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 8L);
      consumer.seek(partition, 6);
      long begun = kafka.time().nanos();
      while (consumer.position(partition) < 8) {
        assertThat(consumer.poll(POLL).isEmpty()).isTrue();
        assertThat(kafka.time().nanos() - begun).isLessThan(LIMIT.toNanos());
      }
      assertThat(consumer.currentLag(partition)).hasValue(0);
    }
  }

  @Test
  public void shouldFenceAtTheCommitAndEndWhatWasOpen() throws Exception {
    KafkaSettings kafka = newLink();
    try (Producer<byte[], byte[]> old = writer(kafka)) {
      write(old, kafka, "a");
      old.beginTransaction();
      send(old, kafka, "never");
      old.flush();
      try (Producer<byte[], byte[]> writer = writer(kafka)) {
        write(writer, kafka, "b");
        assertFenced(kafka, old::commitTransaction);
        write(writer, kafka, "c");
      }
    }
    assertThat(read(kafka, 3)).containsExactly("a", "b", "c");
  }

  @Test
  public void shouldFenceAtARecord() throws Exception {
    KafkaSettings kafka = newLink();
    try (Producer<byte[], byte[]> old = writer(kafka);
        Producer<byte[], byte[]> writer = writer(kafka)) {
      write(writer, kafka, "a");
      assertFenced(kafka, () -> write(old, kafka, "never"));
      write(writer, kafka, "b");
    }
    assertThat(read(kafka, 2)).containsExactly("a", "b");
  }

  private static void assertFenced(KafkaSettings kafka, Runnable call) {
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(call::run)
        .satisfies(
            e -> assertThat(KafkaFailure.of("test", kafka, e)).isInstanceOf(FencedException.class));
  }

  @Test
  public void shouldSayThatAnOffsetDoesNotExist() throws Exception {
    KafkaSettings kafka = newLink();
    TopicPartition partition = kafka.topics().changes();
    try (Consumer<byte[], byte[]> consumer = kafka.openConsumer()) {
      consumer.assign(List.of(partition));
      assertThatExceptionOfType(NoOffsetForPartitionException.class)
          .isThrownBy(() -> consumer.position(partition));
      consumer.seek(partition, 5);
      assertThatExceptionOfType(OffsetOutOfRangeException.class)
          .isThrownBy(
              () -> {
                long begun = kafka.time().nanos();
                while (kafka.time().nanos() - begun < LIMIT.toNanos()) {
                  consumer.poll(POLL);
                }
              });
    }
  }

  @Test
  public void shouldKnowATopicByItsId() throws Exception {
    KafkaSettings kafka = newLink();
    Map<String, Object> properties = new HashMap<>(kafka.admin());
    try (Admin admin = kafka.clients().admin(properties)) {
      TopicIds ids = new TopicIds(admin, kafka);
      Optional<String> id = ids.find(kafka.link().changesTopic());
      assertThat(id).isPresent();
      assertThat(ids.find(kafka.link().progressTopic())).isPresent().isNotEqualTo(id);
      assertThat(ids.find("missing")).isEmpty();
      ids.require(kafka.link().changesTopic(), id.orElseThrow());
    }
  }

  @Test
  public void shouldRefuseAFurtherCallAfterClosing() throws Exception {
    KafkaSettings kafka = newLink();
    Producer<byte[], byte[]> writer = writer(kafka);
    writer.beginTransaction();
    send(writer, kafka, "given up");
    writer.flush();
    writer.close(Duration.ofSeconds(5)); // aborts
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(writer::beginTransaction);
    awaitStable(kafka, 2);
    try (Producer<byte[], byte[]> next = writer(kafka)) {
      write(next, kafka, "a");
    }
    assertThat(read(kafka, 1)).containsExactly("a");
  }
}
