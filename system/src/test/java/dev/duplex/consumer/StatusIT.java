package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.status.StatusFollower;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.lab.Await;
import dev.duplex.lab.SharedLab;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.status.Observation;
import dev.duplex.schemas.table.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the applier tells on the status topic. */
final class StatusIT {
  private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text)";

  @TempDir private Path directory;

  /** Collects the events of a link from its begin. */
  private static final class Story implements AutoCloseable {
    private final StatusFollower follower;
    final List<StatusEvent> events = new ArrayList<>();

    Story(TestLink test) throws InterruptedException {
      follower = StatusFollower.open(test.kafka, test.registry);
    }

    void await(LinkState... states) throws InterruptedException {
      Await.until(
          List.of(states).toString(),
          TestLink.LIMIT,
          () -> {
            events.addAll(follower.poll(Duration.ofMillis(100)));
            return states().equals(List.of(states));
          });
    }

    List<LinkState> states() {
      return events.stream().map(StatusEvent::getState).toList();
    }

    void oneIncident(Reason reason) {
      assertThat(events)
          .allMatch(event -> event.getReason().equals(reason.name()))
          .extracting(StatusEvent::getIncident)
          .containsOnly(events.get(0).getIncident());
    }

    @Override
    public void close() {
      follower.close();
    }
  }

  private static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  @Test
  void shouldTellThatTheSecondaryWasAway() throws Exception {
    try (TestLink test = TestLink.create(TABLE);
        Story story = new Story(test)) {
      Table table = test.table("t");
      test.publisher.begin().insert(table, "1", "a").commit();
      test.startApplier();
      test.awaitApplied();
      long before = micros();
      SharedLab.get().secondary().kill();
      try {
        story.await(LinkState.DIVERGED);
      } finally {
        SharedLab.get().secondary().start();
      }
      StatusEvent begin = story.events.get(0);
      assertThat(begin.getObserver()).isEqualTo(Observer.CONSUMER);
      // When it went, not when it had been away for long enough to be told.
      assertThat(begin.getTimeMicros()).isBetween(before, micros() - 900_000);
      Await.until(
          "the end",
          TestLink.LIMIT,
          () -> {
            story.events.addAll(story.follower.poll(Duration.ofMillis(100)));
            return story.states().contains(LinkState.IN_SYNC);
          });
      story.oneIncident(Reason.SECONDARY_DOWN);
      assertThat(story.follower.open()).isEmpty();
    }
  }

  @Test
  void shouldNotTellWhatIsOverSoon() throws Exception {
    try (TestLink test = TestLink.createWith("status: { diverged-after: 1m }", TABLE);
        Story story = new Story(test)) {
      Table table = test.table("t");
      TestLink.RunningApplier applier = test.startApplier();
      test.publisher.begin().insert(table, "1", "a").commit();
      test.awaitApplied();
      SharedLab.get().secondary().kill();
      Await.until(
          "the applier to notice",
          TestLink.LIMIT,
          () -> applier.status().state() == ApplierState.WAITING);
      SharedLab.get().secondary().start();
      test.publisher.begin().insert(table, "2", "a").commit();
      test.awaitApplied();
      applier.close();
      story.await();
    }
  }

  @Test
  void shouldTellThatAChangeIsRefusedUntilTheCauseIsGone() throws Exception {
    try (TestLink test = TestLink.create(TABLE, "ALTER TABLE t ADD CHECK (v <> 'evil')");
        Story story = new Story(test)) {
      Table table = test.table("t");
      test.startApplier();
      test.publisher.begin().insert(table, "1", "evil").commit();
      story.await(LinkState.HALTED);
      assertThat(story.events.get(0).getDetail()).contains("public.t (id)=(1)", "23514");
      test.execute("ALTER TABLE t DROP CONSTRAINT t_v_check");
      story.await(LinkState.HALTED, LinkState.IN_SYNC);
      story.oneIncident(Reason.APPLY_FAILED);
    }
  }

  @Test
  void shouldTellWhyItHaltsAndJoinWhenStartedAgain() throws Exception {
    try (TestLink test = TestLink.createWith(TestLink.halting(), TABLE);
        Story story = new Story(test)) {
      Table table = test.table("t");
      test.publisher.begin().update(table, "1", "b").commit();
      test.startApplier().awaitFailure();
      story.await(LinkState.HALTED);
      assertThat(test.directory("spool").resolve("status-consumer.avro")).exists();
      test.forgetAppliers();
      test.startApplier().awaitFailure();
      story.await(LinkState.HALTED); // still the same
      test.forgetAppliers();
      test.execute("INSERT INTO t VALUES (1, 'a')");
      test.startApplier();
      story.await(LinkState.HALTED, LinkState.IN_SYNC);
      story.oneIncident(Reason.ROW_MISMATCH);
      Await.until(
          "the file to go",
          TestLink.LIMIT,
          () -> !Files.exists(test.directory("spool").resolve("status-consumer.avro")));
    }
  }

  @Test
  void shouldTellOfHealedRowsOnce() throws Exception {
    try (TestLink test = TestLink.create(TABLE);
        Story story = new Story(test)) {
      Table table = test.table("t");
      test.startApplier();
      test.publisher.begin().update(table, "1", "b").commit();
      test.publisher.begin().update(table, "2", "b").commit();
      story.await(LinkState.DIVERGED, LinkState.IN_SYNC);
      story.oneIncident(Reason.ROW_MISMATCH);
      assertThat(story.events.get(0).getDetail()).contains("public.t (id)=(", "healed");
    }
  }

  @Test
  void shouldEndTheRelaysIncidentWhenTheDrainIsApplied() throws Exception {
    try (TestLink test = TestLink.create(TABLE);
        Story story = new Story(test);
        StatusReporter relay =
            StatusReporter.open(directory, Observer.PRODUCER, "relay", test.kafka, test.registry)) {
      Table table = test.table("t");
      test.startApplier();
      relay.report(Observation.diverged(Reason.BROKER_UNREACHABLE, micros(), "away"));
      long first = test.publisher.begin().insert(table, "1", "a").commit();
      Await.until(
          "progress",
          TestLink.LIMIT,
          () -> test.progress().filter(p -> p.getPosition() == first).isPresent());
      long applied = micros();
      relay.report(drained(first));
      story.await(LinkState.DIVERGED, LinkState.RECOVERING, LinkState.IN_SYNC);
      StatusEvent end = story.events.get(2);
      assertThat(end.getObserver()).isEqualTo(Observer.CONSUMER);
      assertThat(end.getLastPosition()).isEqualTo(first);
      assertThat(end.getTimeMicros()).isLessThanOrEqualTo(applied); // when it was applied
      story.oneIncident(Reason.BROKER_UNREACHABLE);
      Await.until("the relay to know", TestLink.LIMIT, () -> relay.openIncident().isEmpty());
    }
  }

  @Test
  void shouldEndTheRelaysIncidentAlsoIfItStartsLater() throws Exception {
    try (TestLink test = TestLink.create(TABLE);
        Story story = new Story(test);
        StatusReporter relay =
            StatusReporter.open(directory, Observer.PRODUCER, "relay", test.kafka, test.registry)) {
      Table table = test.table("t");
      relay.report(Observation.diverged(Reason.BROKER_UNREACHABLE, micros(), "away"));
      test.publisher.begin().insert(table, "1", "a").commit();
      relay.report(drained(test.publisher.begin().insert(table, "2", "a").commit()));
      story.await(LinkState.DIVERGED, LinkState.RECOVERING);
      test.startApplier();
      story.await(LinkState.DIVERGED, LinkState.RECOVERING, LinkState.IN_SYNC);
    }
  }

  private static Observation drained(long position) {
    return Observation.recovering(Reason.BROKER_UNREACHABLE, micros(), "drained")
        .withRange(TestPublisher.IDENTITY, null, position)
        .withDrained();
  }

  @Test
  void shouldTellThatItIsBehindByThePrimarysClock() throws Exception {
    try (TestLink test = TestLink.create(TABLE);
        Story story = new Story(test);
        Producer<byte[], byte[]> producer = new KafkaProducer<>(test.kafka.producer())) {
      Table table = test.table("t");
      test.startApplier();
      long position = test.publisher.begin().insert(table, "1", "a").commit();
      test.awaitApplied();
      ProgressLog log = new ProgressLog(test.kafka, test.registry);
      Await.until(
          "the report",
          TestLink.LIMIT,
          () -> {
            // Published, as it says, but not on the topic: so it is not applied.
            producer.send(log.record(relayAt(test, position + 8, 30))).get();
            story.events.addAll(story.follower.poll(Duration.ofMillis(100)));
            return story.states().equals(List.of(LinkState.DIVERGED));
          });
      assertThat(story.events.get(0).getLastPosition()).isEqualTo(position + 8);
      assertThat(story.events.get(0).getTransactions()).isEqualTo(1);
      assertThat(story.events.get(0).getOldestCommitMicros())
          .isEqualTo(TestPublisher.COMMIT_MICROS + position);
      producer.send(log.record(relayAt(test, position, 30))).get();
      story.await(LinkState.DIVERGED, LinkState.IN_SYNC);
      story.oneIncident(Reason.SECONDARY_BEHIND);
    }
  }

  private static Progress relayAt(TestLink test, long position, long secondsAhead)
      throws InterruptedException {
    return Progress.newBuilder()
        .setLink(test.link.name())
        .setRole(Role.PRODUCER)
        .setState(ProgressState.LIVE)
        .setEpoch(1)
        .setInstance("relay")
        .setHost("host")
        .setSystemId(TestPublisher.IDENTITY.systemId())
        .setTimeline(TestPublisher.IDENTITY.timeline())
        .setTopicId(test.topicId())
        .setPosition(position)
        .setTransactionId(1)
        .setCommitMicros(0)
        .setDecoded(position)
        .setDecodedMicros(TestPublisher.COMMIT_MICROS + secondsAhead * 1_000_000)
        .setTransactions(2)
        .setChanges(2)
        .build();
  }
}
