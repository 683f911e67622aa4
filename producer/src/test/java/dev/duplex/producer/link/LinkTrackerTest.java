package dev.duplex.producer.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.DuplexConfig;
import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.producer.datasource.CommitReceipt;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.judge.Finding;
import dev.duplex.schemas.judge.SideFacts;
import dev.duplex.schemas.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkTrackerTest {
  @TempDir Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> facts = new ArrayList<>();
  private LinkTracker tracker;

  @BeforeEach
  void create() throws IOException {
    tracker = tracker("60s");
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private LinkTracker tracker(String timeout) throws IOException {
    Path file = directory.resolve("duplex.yaml");
    Files.writeString(
        file,
        """
        link: bank
        primary: { jdbc-url: "jdbc:postgresql://db1/bank", username: duplex }
        secondary: { jdbc-url: "jdbc:postgresql://db2/bank", username: duplex }
        kafka: { bootstrap.servers: "broker1:9092" }
        registry: { url: "http://registry" }
        spool: { directory: "%s" }
        commit: { mode: applied, timeout: %s }
        """
            .formatted(directory.resolve("spool"), timeout));
    return new LinkTracker(
        DuplexConfig.load(file, name -> null),
        "test",
        Time.system(),
        event -> facts.add(event.getState() + " " + event.getReason()));
  }

  @Test
  void shouldWakeEachCommitWhenItsOwnLevelIsReached() throws Exception {
    Future<CommitReceipt> published = await(CommitLevel.PUBLISHED, 100);
    Future<CommitReceipt> applied = await(CommitLevel.APPLIED, 100);
    Future<CommitReceipt> later = await(CommitLevel.PUBLISHED, 101);
    tracker.applied(80);
    tracker.published(99, 90);
    assertThat(published.isDone()).isFalse();
    tracker.published(100, 95);
    assertThat(achieved(published)).isEqualTo(CommitLevel.PUBLISHED);
    tracker.published(101, 101);
    assertThat(achieved(later)).isEqualTo(CommitLevel.PUBLISHED);
    tracker.applied(94);
    assertThat(applied.isDone()).isFalse();
    tracker.applied(95); // the last one published when 100 was decoded; 101 is not its business
    assertThat(achieved(applied)).isEqualTo(CommitLevel.APPLIED);
    assertThat(marker()).doesNotExist();
  }

  @Test
  void shouldNotWaitForWhatIsThereAlready() {
    tracker.published(100, 95);
    tracker.applied(95);
    assertThat(tracker.await(CommitLevel.APPLIED, 100).achieved()).isEqualTo(CommitLevel.APPLIED);
  }

  @Test
  void shouldTimeOutOnceAndResumeWhenThePositionIsReached() throws Exception {
    tracker = tracker("50ms");
    tracker.published(100, 100);
    tracker.applied(50);
    CommitReceipt receipt = tracker.await(CommitLevel.APPLIED, 100);
    assertThat(receipt.achieved()).isEqualTo(CommitLevel.PUBLISHED);
    assertThat(receipt.reason()).contains(Reason.SECONDARY_BEHIND);
    assertThat(Files.readString(marker())).contains("achieved=PUBLISHED").contains("0/64");
    tracker.published(200, 200);
    assertThat(tracker.await(CommitLevel.APPLIED, 200).achieved()).isEqualTo(CommitLevel.PUBLISHED);
    tracker.tidy();
    assertThat(marker()).exists();
    assertThat(tracker.condition().state()).isEqualTo(LinkState.DIVERGED);
    tracker.applied(100); // the one that timed out; waiting is worth it again
    tracker.tidy();
    assertThat(marker()).exists(); // the other one is still unprotected
    tracker.applied(200);
    tracker.tidy();
    assertThat(marker()).doesNotExist();
    assertThat(facts).containsExactly("DIVERGED SECONDARY_BEHIND", "IN_SYNC SECONDARY_BEHIND");
    assertThat(tracker.await(CommitLevel.APPLIED, 200).isComplete()).isTrue();
  }

  @Test
  void shouldReturnEverybodyAtOnceWhenTheRelayReportsAnOutage() throws Exception {
    Future<CommitReceipt> waiting = await(CommitLevel.PUBLISHED, 100);
    tracker.event(
        event("a", Observer.PRODUCER, 1, LinkState.DIVERGED, "BROKER_UNREACHABLE", false));
    assertThat(achieved(waiting)).isEqualTo(CommitLevel.LOCAL);
    assertThat(tracker.await(CommitLevel.PUBLISHED, 100).linkState()).isEqualTo(LinkState.DIVERGED);
    tracker.event(
        event("a", Observer.PRODUCER, 1, LinkState.DIVERGED, "BROKER_UNREACHABLE", false));
    tracker.event(
        event("a", Observer.PRODUCER, 2, LinkState.RECOVERING, "BROKER_UNREACHABLE", false));
    assertThat(tracker.await(CommitLevel.PUBLISHED, 100).linkState())
        .isEqualTo(LinkState.RECOVERING);
    tracker.event(
        event("a", Observer.PRODUCER, 3, LinkState.RECOVERING, "BROKER_UNREACHABLE", true));
    // Publishing works again; whether the secondary is there only the applier knows.
    tracker.published(100, 100);
    assertThat(tracker.await(CommitLevel.PUBLISHED, 100).isComplete()).isTrue();
    assertThat(tracker.await(CommitLevel.APPLIED, 100).achieved()).isEqualTo(CommitLevel.PUBLISHED);
    tracker.event(event("a", Observer.CONSUMER, 1, LinkState.IN_SYNC, "BROKER_UNREACHABLE", false));
    assertThat(tracker.condition().state()).isEqualTo(LinkState.RECOVERING); // nothing is known
    tracker.heads(side(Role.PRODUCER, 10), side(Role.CONSUMER, 10), 10_000_000);
    assertThat(tracker.condition().state()).isEqualTo(LinkState.IN_SYNC);
    assertThat(facts).containsExactly("DIVERGED BROKER_UNREACHABLE", "IN_SYNC BROKER_UNREACHABLE");
  }

  @Test
  void shouldStillWaitForWhatTheReasonDoesNotTouch() throws Exception {
    tracker.event(event("b", Observer.CONSUMER, 1, LinkState.DIVERGED, "SECONDARY_DOWN", false));
    Future<CommitReceipt> published = await(CommitLevel.PUBLISHED, 100);
    Future<CommitReceipt> applied = await(CommitLevel.APPLIED, 100);
    assertThat(published.isDone()).isFalse();
    tracker.published(100, 100);
    assertThat(achieved(published)).isEqualTo(CommitLevel.PUBLISHED);
    assertThat(achieved(applied)).isEqualTo(CommitLevel.PUBLISHED);
    tracker.event(event("c", Observer.CONSUMER, 1, LinkState.DIVERGED, "ROW_MISMATCH", false));
    tracker.event(event("b", Observer.CONSUMER, 2, LinkState.IN_SYNC, "SECONDARY_DOWN", false));
    tracker.applied(100);
    assertThat(tracker.await(CommitLevel.APPLIED, 100).isComplete()).isTrue();
  }

  @Test
  void shouldLetAnOwnSightGoOnAsTheIncidentThatIsReported() {
    Finding unreachable = Finding.seen(LinkState.DIVERGED, Reason.BROKER_UNREACHABLE, "no answer");
    tracker.observe(LocalIncident.UNREACHABLE, unreachable);
    tracker.observe(LocalIncident.UNREACHABLE, unreachable);
    tracker.event(
        event("a", Observer.PRODUCER, 1, LinkState.DIVERGED, "BROKER_UNREACHABLE", false));
    tracker.resolve(LocalIncident.UNREACHABLE);
    tracker.observe(LocalIncident.UNREACHABLE, unreachable);
    assertThat(tracker.openIncidents()).hasSize(1);
    tracker.event(event("a", Observer.PRODUCER, 2, LinkState.HALTED, "CAPTURE_LOST", false));
    tracker.event(event("a", Observer.PRODUCER, 3, LinkState.RECOVERING, "CAPTURE_LOST", true));
    tracker.event(event("a", Observer.CONSUMER, 1, LinkState.IN_SYNC, "CAPTURE_LOST", false));
    assertThat(facts)
        .containsExactly(
            "DIVERGED BROKER_UNREACHABLE", "HALTED CAPTURE_LOST", "IN_SYNC CAPTURE_LOST");
  }

  @Test
  void shouldSayThatTheSecondaryIsBehindAsEverybodySaysIt() {
    tracker.heads(side(Role.PRODUCER, 20), side(Role.CONSUMER, 10), 10_000_000);
    assertThat(tracker.condition().state()).isEqualTo(LinkState.DIVERGED);
    assertThat(tracker.local().reason()).contains(Reason.SECONDARY_BEHIND);
    tracker.heads(side(Role.PRODUCER, 20), side(Role.CONSUMER, 20), 20_000_000);
    assertThat(tracker.local().linkState()).isEqualTo(LinkState.IN_SYNC);
  }

  @Test
  void shouldStartAnewWithAnotherChain() throws Exception {
    tracker.published(1000, 1000);
    tracker.applied(900);
    Future<CommitReceipt> waiting = await(CommitLevel.APPLIED, 500);
    tracker.restart(false);
    tracker.published(600, 550);
    assertThat(waiting.isDone()).isFalse();
    tracker.applied(550);
    assertThat(achieved(waiting)).isEqualTo(CommitLevel.APPLIED);
    Future<CommitReceipt> lost = await(CommitLevel.PUBLISHED, 700);
    tracker.restart(true);
    assertThat(achieved(lost)).isEqualTo(CommitLevel.LOCAL);
  }

  @Test
  void shouldRemoveAMarkerThatWasLeftBehindWhenALaterCommitArrives() throws Exception {
    tracker.unknown(CommitLevel.APPLIED, "the connection broke");
    assertThat(marker()).exists();
    LinkTracker next = tracker("60s");
    next.published(100, 100);
    next.tidy();
    assertThat(marker()).exists();
    assertThat(next.await(CommitLevel.PUBLISHED, 100).isComplete()).isTrue();
    next.tidy();
    assertThat(marker()).exists();
    next.applied(100);
    next.tidy();
    assertThat(marker()).doesNotExist();
  }

  @Test
  void shouldReturnAllTheSameIfTheDiskRefusesTheMarker() throws Exception {
    Files.writeString(directory.resolve("spool"), "in the way");
    assertThat(tracker.unknown(CommitLevel.PUBLISHED, "x").achieved()).isEqualTo(CommitLevel.LOCAL);
  }

  @Test
  void shouldLetNobodyWaitAfterClosing() throws Exception {
    Future<CommitReceipt> waiting = await(CommitLevel.PUBLISHED, 100);
    tracker.close();
    assertThat(achieved(waiting)).isEqualTo(CommitLevel.LOCAL);
    assertThat(tracker.await(CommitLevel.PUBLISHED, 100).isComplete()).isFalse();
  }

  private Future<CommitReceipt> await(CommitLevel level, long position) throws Exception {
    int before = tracker.waiting();
    Future<CommitReceipt> commit = threads.submit(() -> tracker.await(level, position));
    dev.duplex.lab.Await.until(
        "it waits", java.time.Duration.ofSeconds(10), () -> tracker.waiting() > before);
    return commit;
  }

  private static CommitLevel achieved(Future<CommitReceipt> commit) throws Exception {
    return commit.get(10, TimeUnit.SECONDS).achieved();
  }

  private Path marker() {
    return directory.resolve("spool").resolve("bank").resolve(UnprotectedFile.NAME);
  }

  /** A side that has everything up to a second of the primary's clock. */
  private static SideFacts side(Role role, long second) {
    Progress head =
        Progress.newBuilder()
            .setLink("bank")
            .setRole(role)
            .setState(ProgressState.LIVE)
            .setEpoch(1)
            .setInstance("1@host#abcd")
            .setHost("host")
            .setSystemId("7")
            .setTimeline(1)
            .setTopicId("topic")
            .setPosition(100 + second)
            .setTransactionId(1)
            .setCommitMicros(0)
            .setDecoded(101 + second)
            .setDecodedMicros(second * 1_000_000)
            .setTransactions(0)
            .setChanges(0)
            .build();
    return SideFacts.of(Optional.of(head), false);
  }

  private static StatusEvent event(
      String incident,
      Observer observer,
      int sequence,
      LinkState state,
      String reason,
      boolean drained) {
    return StatusEvent.newBuilder()
        .setLink("bank")
        .setIncident(incident)
        .setObserver(observer)
        .setSequence(sequence)
        .setInstance("test")
        .setState(state)
        .setPreviousState(LinkState.IN_SYNC)
        .setReason(reason)
        .setTimeMicros(1)
        .setDrained(drained)
        .setDetail("")
        .build();
  }
}
