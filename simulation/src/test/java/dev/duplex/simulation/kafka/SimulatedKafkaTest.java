package dev.duplex.simulation.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplex.kafka.GivenUpTransaction;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.topics.TopicIds;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** What goes wrong only when it is told to. */
final class SimulatedKafkaTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final StillTime time = new StillTime();
  private final SteppedLoops loops = new SteppedLoops();
  private final Map<String, Fault> next = new HashMap<>();
  private final SimulatedKafka kafka = new SimulatedKafka(time, this::fault);
  private final KafkaSettings settings =
      new KafkaSettings(new Link("bank"), Map.of(), kafka.clients(time, loops, this::fault));
  private final String topic = settings.link().changesTopic();
  private final TopicPartition partition = settings.topics().changes();

  SimulatedKafkaTest() {
    kafka.createTopic(topic);
  }

  /** Each fault happens once. */
  private Fault fault(String call) {
    Fault fault = next.remove(call);
    return fault == null ? Fault.NONE : fault;
  }

  private Producer<byte[], byte[]> writer() {
    Producer<byte[], byte[]> writer =
        settings.clients().producer(settings.transactionalProducer(LIMIT));
    writer.initTransactions();
    return writer;
  }

  private void begin(Producer<byte[], byte[]> writer, String text) {
    writer.beginTransaction();
    var unused = writer.send(record(text));
  }

  private void write(Producer<byte[], byte[]> writer, String text) {
    begin(writer, text);
    writer.commitTransaction();
  }

  private ProducerRecord<byte[], byte[]> record(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, partition.partition(), bytes, bytes);
  }

  private List<String> visible() {
    List<String> texts = new ArrayList<>();
    for (SimulatedRecord record : kafka.log(topic).committed()) {
      texts.add(new String(record.value(), StandardCharsets.UTF_8));
    }
    return texts;
  }

  private void failsToCommit(Fault fault) {
    Producer<byte[], byte[]> writer = writer();
    begin(writer, "a");
    next.put("commit", fault);
    long begun = time.nanos();
    assertThatExceptionOfType(TimeoutException.class).isThrownBy(writer::commitTransaction);
    assertThat(time.nanos() - begun).isBetween(LIMIT.toNanos(), LIMIT.toNanos() + 10_000_000);
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(writer::abortTransaction);
    writer.close(Duration.ZERO);
  }

  @Test
  void shouldNotHaveCommittedIfTheRequestWasLost() {
    failsToCommit(Fault.REQUEST_LOST);
    assertThat(visible()).isEmpty();
    write(writer(), "b");
    assertThat(visible()).containsExactly("b");
  }

  @Test
  void shouldHaveCommittedIfTheAnswerWasLost() {
    failsToCommit(Fault.ANSWER_LOST);
    assertThat(visible()).containsExactly("a");
  }

  @Test
  void shouldCommitLateUnlessAnotherWriterHasComeBefore() {
    failsToCommit(Fault.REQUEST_LATE);
    assertThat(visible()).isEmpty();
    time.sleep(Duration.ofMillis(2));
    assertThat(visible()).containsExactly("a");

    failsToCommit(Fault.REQUEST_LATE);
    Producer<byte[], byte[]> after = writer(); // takes as long as what is late
    assertThat(after).isNotNull();
    assertThat(kafka.log(topic).lastStable()).isEqualTo(kafka.log(topic).end());
  }

  @Test
  void shouldHaveFencedOrNotWhateverTheAnswer() {
    Producer<byte[], byte[]> old = writer();
    Producer<byte[], byte[]> unsure =
        settings.clients().producer(settings.transactionalProducer(LIMIT));
    next.put("initialize transactions", Fault.REQUEST_LOST);
    assertThatExceptionOfType(TimeoutException.class).isThrownBy(unsure::initTransactions);
    write(old, "a");

    Producer<byte[], byte[]> another =
        settings.clients().producer(settings.transactionalProducer(LIMIT));
    next.put("initialize transactions", Fault.ANSWER_LOST);
    assertThatExceptionOfType(TimeoutException.class).isThrownBy(another::initTransactions);
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> write(old, "never"))
        .satisfies(
            e ->
                assertThat(KafkaFailure.of("test", settings, e))
                    .isInstanceOf(FencedException.class));
    assertThat(visible()).containsExactly("a");
  }

  @Test
  void shouldFailTheCommitWhenARecordGotLost() {
    for (Fault fault : List.of(Fault.REQUEST_LOST, Fault.ANSWER_LOST, Fault.REQUEST_LATE)) {
      Producer<byte[], byte[]> writer =
          settings.clients().producer(settings.transactionalProducer(Duration.ofMinutes(1)));
      writer.initTransactions();
      next.put("produce " + topic, fault);
      begin(writer, "a");
      var unused = writer.send(record("b"));
      assertThatExceptionOfType(KafkaException.class).isThrownBy(writer::commitTransaction);
      writer.close(Duration.ofSeconds(1));
    }
    time.sleep(Duration.ofMinutes(2));
    assertThat(visible()).isEmpty();
    write(writer(), "c");
    assertThat(visible()).containsExactly("c");
  }

  @Test
  void shouldHangWhenTheMarkerIsNotWritten() throws Exception {
    Producer<byte[], byte[]> writer = writer();
    write(writer, "a");
    next.put("write marker " + topic, Fault.REQUEST_LOST);
    write(writer, "hangs");
    assertThat(visible()).containsExactly("a");
    writer.close(Duration.ZERO);
    time.sleep(Duration.ofHours(1));
    Producer<byte[], byte[]> next = writer();
    assertThat(kafka.log(topic).lastStable()).isEqualTo(2); // initTransactions does not help
    GivenUpTransaction.write(next, List.of(partition), LIMIT);
    write(next, "b");
    assertThat(visible()).containsExactly("a", "b");
  }

  @Test
  void shouldHangForEverWhenItsWriterIsForgotten() throws Exception {
    Producer<byte[], byte[]> writer = writer();
    next.put("write marker " + topic, Fault.REQUEST_LOST);
    write(writer, "hangs");
    kafka.forgetWriter(settings.link().transactionalId());
    GivenUpTransaction.write(writer(), List.of(partition), LIMIT);
    assertThat(kafka.log(topic).lastStable()).isZero();
  }

  @Test
  void shouldLetTheNextMarkerDecideWhatHangs() {
    Producer<byte[], byte[]> writer = writer();
    next.put("write marker " + topic, Fault.REQUEST_LOST);
    begin(writer, "aborted");
    writer.abortTransaction();
    write(writer, "b");
    assertThat(visible()).containsExactly("aborted", "b"); // as a real one would, alas
  }

  @Test
  void shouldWriteAMarkerLate() {
    Producer<byte[], byte[]> writer = writer();
    next.put("write marker " + topic, Fault.REQUEST_LATE);
    write(writer, "a");
    assertThat(visible()).isEmpty();
    write(writer, "b"); // waits for it
    assertThat(visible()).containsExactly("a", "b");
  }

  @Test
  void shouldAbortWhatIsOpenForTooLong() {
    Producer<byte[], byte[]> writer = writer();
    begin(writer, "never");
    time.sleep(Duration.ofMillis(KafkaSettings.TRANSACTION_TIMEOUT_MILLIS + 1));
    assertThat(kafka.log(topic).lastStable()).isEqualTo(2);
    assertThat(visible()).isEmpty();
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(writer::commitTransaction)
        .satisfies(
            e ->
                assertThat(KafkaFailure.of("test", settings, e))
                    .isInstanceOf(FencedException.class));
  }

  @Test
  void shouldWaitForALeader() {
    Producer<byte[], byte[]> writer = writer();
    kafka.log(topic).leader(false);
    begin(writer, "a");
    kafka.later(Duration.ofSeconds(2), () -> kafka.log(topic).leader(true));
    writer.commitTransaction();
    assertThat(visible()).containsExactly("a");
  }

  @Test
  void shouldNotAnswerWhileAway() throws Exception {
    Producer<byte[], byte[]> writer = writer();
    write(writer, "a");
    kafka.away(true);
    begin(writer, "never");
    assertThatExceptionOfType(KafkaException.class).isThrownBy(writer::commitTransaction);
    try (Consumer<byte[], byte[]> consumer = settings.openConsumer();
        Admin admin = settings.openAdmin()) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      assertThat(consumer.poll(Duration.ofSeconds(1)).isEmpty()).isTrue();
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> consumer.endOffsets(List.of(partition)));
      assertThatExceptionOfType(RetryException.class)
          .isThrownBy(() -> new TopicIds(admin, settings).find(topic));
      kafka.away(false);
      assertThat(consumer.poll(Duration.ZERO).count()).isEqualTo(1);
      assertThat(new TopicIds(admin, settings).find(topic)).isPresent();
    }
  }

  @Test
  void shouldLoseItsHeadAndItsTopic() throws Exception {
    Producer<byte[], byte[]> writer = writer();
    write(writer, "a");
    write(writer, "b");
    kafka.log(topic).deleteUpTo(2);
    try (Consumer<byte[], byte[]> consumer = settings.openConsumer();
        Admin admin = settings.openAdmin()) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      assertThatExceptionOfType(OffsetOutOfRangeException.class)
          .isThrownBy(() -> consumer.poll(Duration.ZERO));
      consumer.seekToBeginning(List.of(partition));
      assertThat(consumer.poll(Duration.ZERO).iterator().next().offset()).isEqualTo(2);

      TopicIds ids = new TopicIds(admin, settings);
      String id = ids.find(topic).orElseThrow();
      kafka.deleteTopic(topic);
      assertThat(ids.find(topic)).isEmpty();
      kafka.createTopic(topic);
      assertThatExceptionOfType(HaltException.class).isThrownBy(() -> ids.require(topic, id));
      assertThatExceptionOfType(OffsetOutOfRangeException.class)
          .isThrownBy(() -> consumer.poll(Duration.ZERO));
    }
    write(writer, "c");
    assertThat(visible()).containsExactly("c");
  }

  @Test
  void shouldKeepTheNewestOfEachKey() {
    Producer<byte[], byte[]> writer = writer();
    write(writer, "a");
    write(writer, "b");
    write(writer, "a");
    kafka.log(topic).compactUpTo(Long.MAX_VALUE);
    assertThat(visible()).containsExactly("b", "a");
  }

  @Test
  void shouldShowWhatStrangersWriteBehindWhatIsDecided() {
    Producer<byte[], byte[]> writer = writer();
    begin(writer, "a");
    kafka.writeAsStranger(topic, null, "stranger".getBytes(StandardCharsets.UTF_8));
    assertThat(visible()).isEmpty();
    writer.commitTransaction();
    assertThat(visible()).containsExactly("a", "stranger");
  }

  @Test
  void shouldCallBackASenderWithoutTransactions() throws Exception {
    List<String> known = new ArrayList<>();
    try (Producer<byte[], byte[]> producer = settings.clients().producer(settings.producer())) {
      kafka.away(true);
      var unused =
          producer.send(record("a"), (metadata, e) -> known.add(e == null ? "sent" : "failed"));
      loops.step();
      assertThat(known).isEmpty();
      kafka.away(false);
      loops.step();
      time.sleep(Duration.ofMillis(2));
      loops.step();
      assertThat(known).containsExactly("sent");
      next.put("produce " + topic, Fault.REQUEST_LOST);
      unused =
          producer.send(record("b"), (metadata, e) -> known.add(e == null ? "sent" : "failed"));
      time.sleep(Duration.ofMinutes(1));
      loops.step();
      assertThat(known).containsExactly("sent", "failed");
    }
    assertThat(visible()).containsExactly("a");
  }
}
