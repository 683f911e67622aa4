package dev.duplex.kafka.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.status.Events;
import dev.duplex.schemas.status.Observation;
import dev.duplex.schemas.time.Time;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without Kafka: the topic is a list. */
final class OutboxTest {
  @TempDir private Path directory;
  private final List<OutboxOnDisk> stores = new ArrayList<>();
  private final List<StatusEvent> topic = new ArrayList<>();

  @AfterEach
  void close() {
    stores.forEach(OutboxOnDisk::close);
  }

  private Outbox open(Path where, Observer observer) {
    OutboxOnDisk store = new OutboxOnDisk(where, observer);
    stores.add(store);
    Outbox outbox =
        new Outbox(
            new Link("bank"),
            observer,
            "instance" + stores.size(),
            store,
            Time.system(),
            () -> UUID.randomUUID().toString());
    outbox.adoptIfFree();
    topic.forEach(outbox::receive);
    return outbox;
  }

  /** As the end of a process: whatever it had in memory is gone. */
  private Outbox restart(Observer observer) {
    stores.forEach(OutboxOnDisk::close);
    return open(directory, observer);
  }

  private void sendAll(Outbox outbox) {
    for (StatusEvent event = outbox.next(); event != null; event = outbox.next()) {
      topic.add(event);
      outbox.acknowledged(event);
    }
  }

  private Path file() {
    return directory.resolve("status-producer.avro");
  }

  @Test
  void shouldNumberWithinAnIncidentUntilTheApplierEndsIt() {
    Outbox outbox = open(directory, Observer.PRODUCER);
    assertThat(outbox.report(Events.drained(7))).isEmpty(); // nothing is open
    StatusEvent first = outbox.report(Events.diverged()).get(0);
    assertThat(outbox.report(Events.diverged())).isEmpty();
    StatusEvent second = outbox.report(Events.drained(9)).get(0);
    assertThat(outbox.report(Events.drained(11))).isEmpty();
    assertThat(first.getSequence()).isEqualTo(1);
    assertThat(first.getPreviousState()).isEqualTo(LinkState.IN_SYNC);
    assertThat(first.getTimeMicros()).isEqualTo(1_000);
    assertThat(second.getIncident()).isEqualTo(first.getIncident());
    assertThat(second.getSequence()).isEqualTo(2);
    assertThat(second.getPreviousState()).isEqualTo(LinkState.DIVERGED);
    sendAll(outbox);
    assertThat(file()).exists();

    Outbox applier = open(directory, Observer.CONSUMER);
    StatusEvent asked = applier.openOnTopic().iterator().next();
    assertThat(asked).isEqualTo(second);
    Observation inSync = Observation.inSync(Reason.BROKER_UNREACHABLE, 3_000, "applied");
    assertThat(applier.answer(asked, inSync.withRange(null, 5L, 8L))).isEmpty();
    StatusEvent end = applier.answer(asked, inSync.withRange(null, 5L, 9L)).get(0);
    assertThat(applier.answer(asked, inSync.withRange(null, 5L, 9L))).isEmpty();
    assertThat(end.getSequence()).isEqualTo(1);
    sendAll(applier);
    assertThat(applier.answer(asked, inSync.withRange(null, 5L, 9L))).isEmpty();

    outbox.receive(end);
    assertThat(outbox.newest()).isNull();
    assertThat(file()).doesNotExist();
    assertThat(outbox.report(Events.diverged()).get(0).getIncident())
        .isNotEqualTo(first.getIncident());
  }

  @Test
  void shouldGoOnInTheSameIncidentIfItDivergesBeforeTheEnd() {
    Outbox outbox = open(directory, Observer.PRODUCER);
    String incident = outbox.report(Events.diverged()).get(0).getIncident();
    outbox.report(Events.drained(9));
    sendAll(outbox);
    StatusEvent again = outbox.report(Events.diverged()).get(0);
    assertThat(again.getIncident()).isEqualTo(incident);
    // The applier's end crosses it and does not end it.
    outbox.receive(
        StatusEvent.newBuilder(Events.event(Observer.CONSUMER, 1, LinkState.IN_SYNC, 9L, false))
            .setIncident(incident)
            .build());
    assertThat(outbox.newest()).isEqualTo(again);
    sendAll(outbox);
    assertThat(outbox.openOnTopic()).containsExactly(again);
  }

  @Test
  void shouldKeepWhatTheBrokerHasNotGot() {
    Outbox outbox = open(directory, Observer.PRODUCER);
    StatusEvent first = outbox.report(Events.diverged()).get(0);
    sendAll(outbox);
    StatusEvent second = outbox.report(Events.drained(9)).get(0);

    Outbox next = restart(Observer.PRODUCER);
    assertThat(next.newest()).isEqualTo(second);
    assertThat(next.next()).isEqualTo(second);
    StatusEvent third = next.report(Events.diverged()).get(0);
    assertThat(third.getIncident()).isEqualTo(first.getIncident());
    assertThat(third.getSequence()).isEqualTo(3);
  }

  @Test
  void shouldNotSendAgainWhatIsOnTheTopic() {
    Outbox outbox = open(directory, Observer.PRODUCER);
    topic.add(outbox.report(Events.diverged()).get(0)); // killed before it knew

    Outbox next = restart(Observer.PRODUCER);
    assertThat(next.next()).isNull();
    assertThat(next.openOnTopic()).hasSize(1);
    assertThat(restart(Observer.PRODUCER).next()).isNull();
  }

  @Test
  void shouldJoinWhatAnotherInstanceOpened() {
    Outbox first = open(directory, Observer.PRODUCER);
    String incident = first.report(Events.diverged()).get(0).getIncident();
    sendAll(first);
    StatusEvent unsent = first.report(Observation.diverged(Reason.SPOOL_FULL, 3, "full")).get(0);
    first.report(Events.drained(9));

    Outbox elsewhere = open(directory.resolve("elsewhere"), Observer.PRODUCER);
    assertThat(elsewhere.report(Events.diverged())).isEmpty(); // known already
    StatusEvent halted =
        elsewhere.report(Observation.halted(Reason.DIFF_FILE_ELSEWHERE, 5, "there")).get(0);
    assertThat(halted.getIncident()).isEqualTo(incident);
    assertThat(halted.getSequence()).isEqualTo(2);
    sendAll(elsewhere);

    // The first one is back, with an event of the same number.
    Outbox back = restart(Observer.PRODUCER);
    assertThat(back.next())
        .isEqualTo(StatusEvent.newBuilder(unsent).setSequence(3).build())
        .isEqualTo(back.newest());
    sendAll(back);
    assertThat(topic).hasSize(3); // the end is the other one's to say
    assertThat(back.openOnTopic()).containsExactly(back.newest());
  }

  @Test
  void shouldEndEveryIncidentThatIsOpen() {
    Outbox blind = open(directory.resolve("elsewhere"), Observer.PRODUCER);
    blind.report(Events.diverged());
    Outbox outbox = open(directory, Observer.PRODUCER);
    outbox.report(Events.diverged());
    sendAll(outbox);
    topic.forEach(blind::receive);
    assertThat(blind.report(Events.drained(9)))
        .hasSize(2)
        .extracting(StatusEvent::getIncident)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldTakeOverTheFileWhenItsHolderIsGone() {
    Outbox holder = open(directory, Observer.CONSUMER);
    StatusEvent first =
        holder.report(Observation.diverged(Reason.SECONDARY_DOWN, 5, "no answer")).get(0);
    Outbox standby = open(directory, Observer.CONSUMER);
    assertThat(standby.next()).isNull();
    stores.get(0).close();
    standby.adoptIfFree();
    assertThat(standby.next()).isEqualTo(first);
    assertThat(
            standby
                .report(Observation.inSync(Reason.SECONDARY_DOWN, 6, "back"))
                .get(0)
                .getIncident())
        .isEqualTo(first.getIncident());
  }

  @Test
  void shouldLeaveOutNoNumberWhenItTakesOverTheFile() {
    open(directory, Observer.PRODUCER);
    Outbox standby = open(directory, Observer.PRODUCER);
    standby.report(Events.diverged());
    sendAll(standby);
    standby.report(Events.drained(9));
    standby.report(Events.diverged());
    stores.get(0).close();
    standby.adoptIfFree();
    assertThat(standby.newest()).isNotNull();
    sendAll(standby);
    assertThat(topic).extracting(StatusEvent::getSequence).containsExactly(1, 2, 3);
    assertThat(standby.openOnTopic()).containsExactly(topic.get(2));
  }

  @Test
  void shouldNumberBehindWhatTheFileHoldsOfTheSameIncident() {
    Outbox holder = open(directory, Observer.PRODUCER);
    holder.report(Events.diverged());
    sendAll(holder);
    Outbox standby = open(directory, Observer.PRODUCER);
    StatusEvent unsent = holder.report(Events.drained(9)).get(0);
    StatusEvent ours = standby.report(Events.drained(7)).get(0);
    assertThat(ours.getSequence()).isEqualTo(unsent.getSequence());
    stores.get(0).close();
    standby.adoptIfFree();
    sendAll(standby);
    assertThat(topic).extracting(StatusEvent::getSequence).containsExactly(1, 2, 3);
    assertThat(topic.get(1)).isEqualTo(unsent);
  }

  @Test
  void shouldNotSendAgainWhatItReadsOnTheTopic() {
    Outbox holder = open(directory, Observer.PRODUCER);
    holder.report(Events.diverged());
    sendAll(holder);
    Outbox standby = open(directory, Observer.PRODUCER);
    StatusEvent sent = standby.report(Events.drained(9)).get(0); // no answer: was it committed?
    holder.receive(sent);
    standby.receive(sent);
    stores.get(0).close();
    standby.adoptIfFree();
    assertThat(standby.next()).isNull();
    assertThat(standby.newest()).isEqualTo(sent);
  }

  @Test
  void shouldNotSendAgainWhatTheFileHoldsAndTheTopicHas() {
    Outbox holder = open(directory, Observer.PRODUCER);
    StatusEvent first = holder.report(Events.diverged()).get(0);
    StatusEvent second = holder.report(Events.drained(9)).get(0);
    Outbox standby = open(directory, Observer.PRODUCER);
    standby.receive(first);
    standby.receive(second); // the holder was killed before it noted that
    stores.get(0).close();
    standby.adoptIfFree();
    assertThat(standby.next()).isNull();
    assertThat(standby.newest()).isEqualTo(second);
  }

  @Test
  void shouldTellAnotherPrimarysPositions() {
    Outbox outbox = open(directory, Observer.PRODUCER);
    outbox.report(Events.diverged());
    Observation drained =
        Observation.recovering(Reason.BROKER_UNREACHABLE, 2_000, "drained").withDrained();
    PrimaryIdentity before = new PrimaryIdentity("7", 1);
    assertThat(outbox.report(drained.withRange(before, null, 9L))).hasSize(1);
    assertThat(outbox.report(drained.withRange(before, null, 11L))).isEmpty();
    PrimaryIdentity promoted = new PrimaryIdentity("7", 2);
    assertThat(outbox.report(drained.withRange(promoted, null, 5L))).hasSize(1);
  }

  @Test
  void shouldMoveAsideWhatMayNotBeRead() throws Exception {
    Files.createDirectories(file()); // even root cannot read it
    Outbox outbox = open(directory, Observer.PRODUCER);
    assertThat(outbox.next()).isNull();
    assertThat(directory.resolve("status-producer.avro.damaged")).exists();
  }

  @Test
  void shouldBoundWhatWaitsAndKeepBeginAndEnd() {
    Outbox outbox = open(directory, Observer.CONSUMER);
    for (int i = 0; i < 400; i++) {
      Reason reason = i % 2 == 0 ? Reason.SECONDARY_DOWN : Reason.APPLY_FAILED;
      outbox.report(Observation.diverged(reason, i, "flaps"));
    }
    outbox.report(Observation.inSync(Reason.APPLY_FAILED, 2_000, "over"));
    Outbox next = restart(Observer.CONSUMER);
    sendAll(next);
    assertThat(topic).hasSize(OutboxQueue.LIMIT);
    assertThat(topic.get(0).getTimeMicros()).isZero();
    assertThat(topic.get(topic.size() - 1).getState()).isEqualTo(LinkState.IN_SYNC);
    assertThat(next.openOnTopic()).isEmpty();
    assertThat(directory.resolve("status-consumer.avro")).doesNotExist();
  }

  @Test
  void shouldGoOnInMemoryWhenTheDiskRefuses() throws Exception {
    Path noDirectory = directory.resolve("file");
    Files.writeString(noDirectory, "");
    Outbox outbox = open(noDirectory, Observer.PRODUCER);
    outbox.report(Events.diverged());
    sendAll(outbox);
    assertThat(topic).hasSize(1);
  }

  @Test
  void shouldMoveADamagedFileAside() throws Exception {
    open(directory, Observer.PRODUCER).report(Events.diverged());
    byte[] bytes = Files.readAllBytes(file());
    bytes[bytes.length - 10] ^= 1;
    Files.write(file(), bytes);
    Outbox next = restart(Observer.PRODUCER);
    assertThat(next.next()).isNull();
    assertThat(directory.resolve("status-producer.avro.damaged")).exists();
  }
}
