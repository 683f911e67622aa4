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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
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
  private LinkTracker view;

  @BeforeEach
  void create() throws IOException {
    view = view("60s");
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private LinkTracker view(String timeout) throws IOException {
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
        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
        event -> facts.add(event.getState() + " " + event.getReason()));
  }

  @Test
  void shouldWakeEachCommitWhenItsOwnLevelIsReached() throws Exception {
    Future<CommitReceipt> published = await(CommitLevel.PUBLISHED, 100);
    Future<CommitReceipt> applied = await(CommitLevel.APPLIED, 100);
    Future<CommitReceipt> later = await(CommitLevel.PUBLISHED, 101);
    view.applied(80);
    view.published(99, 90);
    assertThat(published.isDone()).isFalse();
    view.published(100, 95);
    assertThat(achieved(published)).isEqualTo(CommitLevel.PUBLISHED);
    view.published(101, 101);
    assertThat(achieved(later)).isEqualTo(CommitLevel.PUBLISHED);
    view.applied(94);
    assertThat(applied.isDone()).isFalse();
    view.applied(95); // the last one published when 100 was decoded; 101 is not its business
    assertThat(achieved(applied)).isEqualTo(CommitLevel.APPLIED);
    assertThat(marker()).doesNotExist();
  }

  @Test
  void shouldNotWaitForWhatIsThereAlready() {
    view.published(100, 95);
    view.applied(95);
    assertThat(view.await(CommitLevel.APPLIED, 100).achieved()).isEqualTo(CommitLevel.APPLIED);
  }

  @Test
  void shouldTimeOutOnceAndResumeWhenThePositionIsReached() throws Exception {
    view = view("50ms");
    view.published(100, 100);
    view.applied(50);
    CommitReceipt receipt = view.await(CommitLevel.APPLIED, 100);
    assertThat(receipt.achieved()).isEqualTo(CommitLevel.PUBLISHED);
    assertThat(receipt.reason()).contains(Reason.SECONDARY_BEHIND);
    assertThat(Files.readString(marker())).contains("achieved=PUBLISHED").contains("0/64");
    view.published(200, 200);
    assertThat(view.await(CommitLevel.APPLIED, 200).achieved()).isEqualTo(CommitLevel.PUBLISHED);
    view.tidy();
    assertThat(marker()).exists();
    assertThat(view.condition().state()).isEqualTo(LinkState.DIVERGED);
    view.applied(100); // the one that timed out; waiting is worth it again
    view.tidy();
    assertThat(marker()).exists(); // the other one is still unprotected
    view.applied(200);
    view.tidy();
    assertThat(marker()).doesNotExist();
    assertThat(facts).containsExactly("DIVERGED SECONDARY_BEHIND", "IN_SYNC SECONDARY_BEHIND");
    assertThat(view.await(CommitLevel.APPLIED, 200).isComplete()).isTrue();
  }

  @Test
  void shouldReturnEverybodyAtOnceWhenTheRelayReportsAnOutage() throws Exception {
    Future<CommitReceipt> waiting = await(CommitLevel.PUBLISHED, 100);
    view.event(event("a", Observer.PRODUCER, 1, LinkState.DIVERGED, "BROKER_UNREACHABLE", false));
    assertThat(achieved(waiting)).isEqualTo(CommitLevel.LOCAL);
    assertThat(view.await(CommitLevel.PUBLISHED, 100).linkState()).isEqualTo(LinkState.DIVERGED);
    view.event(event("a", Observer.PRODUCER, 1, LinkState.DIVERGED, "BROKER_UNREACHABLE", false));
    view.event(event("a", Observer.PRODUCER, 2, LinkState.RECOVERING, "BROKER_UNREACHABLE", false));
    assertThat(view.await(CommitLevel.PUBLISHED, 100).linkState()).isEqualTo(LinkState.RECOVERING);
    view.event(event("a", Observer.PRODUCER, 3, LinkState.RECOVERING, "BROKER_UNREACHABLE", true));
    // Publishing works again; whether the secondary is there only the applier knows.
    view.published(100, 100);
    assertThat(view.await(CommitLevel.PUBLISHED, 100).isComplete()).isTrue();
    assertThat(view.await(CommitLevel.APPLIED, 100).achieved()).isEqualTo(CommitLevel.PUBLISHED);
    view.event(event("a", Observer.CONSUMER, 1, LinkState.IN_SYNC, "BROKER_UNREACHABLE", false));
    assertThat(view.condition().state()).isEqualTo(LinkState.RECOVERING); // nothing is known
    view.heads(side(Role.PRODUCER, 10), side(Role.CONSUMER, 10), 10_000_000);
    assertThat(view.condition().state()).isEqualTo(LinkState.IN_SYNC);
    assertThat(facts).containsExactly("DIVERGED BROKER_UNREACHABLE", "IN_SYNC BROKER_UNREACHABLE");
  }

  @Test
  void shouldStillWaitForWhatTheReasonDoesNotTouch() throws Exception {
    view.event(event("b", Observer.CONSUMER, 1, LinkState.DIVERGED, "SECONDARY_DOWN", false));
    Future<CommitReceipt> published = await(CommitLevel.PUBLISHED, 100);
    Future<CommitReceipt> applied = await(CommitLevel.APPLIED, 100);
    assertThat(published.isDone()).isFalse();
    view.published(100, 100);
    assertThat(achieved(published)).isEqualTo(CommitLevel.PUBLISHED);
    assertThat(achieved(applied)).isEqualTo(CommitLevel.PUBLISHED);
    view.event(event("c", Observer.CONSUMER, 1, LinkState.DIVERGED, "ROW_MISMATCH", false));
    view.event(event("b", Observer.CONSUMER, 2, LinkState.IN_SYNC, "SECONDARY_DOWN", false));
    view.applied(100);
    assertThat(view.await(CommitLevel.APPLIED, 100).isComplete()).isTrue();
  }

  @Test
  void shouldLetAnOwnSightGoOnAsTheIncidentThatIsReported() {
    Finding unreachable =
        Finding.seen(LinkState.DIVERGED, Reason.BROKER_UNREACHABLE, "no answer");
    view.see(LocalIncident.UNREACHABLE, unreachable);
    view.see(LocalIncident.UNREACHABLE, unreachable);
    view.event(event("a", Observer.PRODUCER, 1, LinkState.DIVERGED, "BROKER_UNREACHABLE", false));
    view.lose(LocalIncident.UNREACHABLE);
    view.see(LocalIncident.UNREACHABLE, unreachable);
    assertThat(view.openIncidents()).hasSize(1);
    view.event(event("a", Observer.PRODUCER, 2, LinkState.HALTED, "CAPTURE_LOST", false));
    view.event(event("a", Observer.PRODUCER, 3, LinkState.RECOVERING, "CAPTURE_LOST", true));
    view.event(event("a", Observer.CONSUMER, 1, LinkState.IN_SYNC, "CAPTURE_LOST", false));
    assertThat(facts)
        .containsExactly(
            "DIVERGED BROKER_UNREACHABLE", "HALTED CAPTURE_LOST", "IN_SYNC CAPTURE_LOST");
  }

  @Test
  void shouldSayThatTheSecondaryIsBehindAsEverybodySaysIt() {
    view.heads(side(Role.PRODUCER, 20), side(Role.CONSUMER, 10), 10_000_000);
    assertThat(view.condition().state()).isEqualTo(LinkState.DIVERGED);
    assertThat(view.local().reason()).contains(Reason.SECONDARY_BEHIND);
    view.heads(side(Role.PRODUCER, 20), side(Role.CONSUMER, 20), 20_000_000);
    assertThat(view.local().linkState()).isEqualTo(LinkState.IN_SYNC);
  }

  @Test
  void shouldStartAnewWithAnotherChain() throws Exception {
    view.published(1000, 1000);
    view.applied(900);
    Future<CommitReceipt> waiting = await(CommitLevel.APPLIED, 500);
    view.restart(false);
    view.published(600, 550);
    assertThat(waiting.isDone()).isFalse();
    view.applied(550);
    assertThat(achieved(waiting)).isEqualTo(CommitLevel.APPLIED);
    Future<CommitReceipt> lost = await(CommitLevel.PUBLISHED, 700);
    view.restart(true);
    assertThat(achieved(lost)).isEqualTo(CommitLevel.LOCAL);
  }

  @Test
  void shouldRemoveAMarkerThatWasLeftBehindWhenALaterCommitArrives() throws Exception {
    view.unknown(CommitLevel.APPLIED, "the connection broke");
    assertThat(marker()).exists();
    LinkTracker next = view("60s");
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
    assertThat(view.unknown(CommitLevel.PUBLISHED, "x").achieved()).isEqualTo(CommitLevel.LOCAL);
  }

  @Test
  void shouldLetNobodyWaitAfterClosing() throws Exception {
    Future<CommitReceipt> waiting = await(CommitLevel.PUBLISHED, 100);
    view.close();
    assertThat(achieved(waiting)).isEqualTo(CommitLevel.LOCAL);
    assertThat(view.await(CommitLevel.PUBLISHED, 100).isComplete()).isFalse();
  }

  private Future<CommitReceipt> await(CommitLevel level, long position) throws Exception {
    int before = view.waiting();
    Future<CommitReceipt> commit = threads.submit(() -> view.await(level, position));
    dev.duplex.lab.Await.until(
        "it waits", java.time.Duration.ofSeconds(10), () -> view.waiting() > before);
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
