package dev.duplex.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.judge.LinkFacts;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.judge.SideFacts;
import dev.duplex.schemas.status.AppliedTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LinkStatusTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Test
  void shouldBeInSyncAtTheSamePosition() {
    LinkStatus status = status(head(Role.PRODUCER, 100, 9), head(Role.CONSUMER, 100, 2));
    assertThat(status.state()).isEqualTo(LinkState.IN_SYNC);
    assertThat(status.lag()).isZero();
    assertThat(status.transactionsBehind()).isZero();
  }

  @Test
  void shouldTolerateALittleLag() {
    LinkStatus status =
        status(
            head(Role.PRODUCER, 100, 9).setTransactions(7),
            head(Role.CONSUMER, 80, 5).setTransactions(4));
    assertThat(status.state()).isEqualTo(LinkState.IN_SYNC);
    assertThat(status.lag()).isEqualTo(Duration.ofSeconds(4));
    assertThat(status.transactionsBehind()).isEqualTo(3);
  }

  @Test
  void shouldNotCountAQuietHourAsLag() {
    AppliedTime applied = new AppliedTime();
    applied.add(head(Role.PRODUCER, 100, 10).build(), 0);
    applied.add(head(Role.CONSUMER, 100, 9).build(), 0);
    applied.add(head(Role.PRODUCER, 100, 3_600).build(), 0);
    applied.add(head(Role.PRODUCER, 120, 3_601).build(), 0);
    applied.add(head(Role.PRODUCER, 120, 3_602).build(), 0);
    assertThat(applied.micros()).isEqualTo(3_600_000_000L);
    applied.add(head(Role.CONSUMER, 120, 3_601).build(), 0);
    assertThat(applied.micros()).isEqualTo(3_602_000_000L);
  }

  @Test
  void shouldDivergeWhenTooFarBehind() {
    LinkStatus status = status(head(Role.PRODUCER, 100, 9), head(Role.CONSUMER, 80, 2));
    assertThat(status.state()).isEqualTo(LinkState.DIVERGED);
    assertThat(status.reason()).contains(Reason.SECONDARY_BEHIND);
  }

  @Test
  void shouldDivergeWhileTheProducerIsNotAtTheEndOfThePrimarysLog() {
    LinkStatus status =
        status(
            head(Role.PRODUCER, 100, 9).setPrimaryMicros(3_600_000_000L),
            head(Role.CONSUMER, 100, 9));
    assertThat(status.state()).isEqualTo(LinkState.DIVERGED);
    assertThat(status.reason()).contains(Reason.SECONDARY_BEHIND);
    assertThat(status.detail()).contains("the producer is catching up");
    assertThat(status.lag()).isEqualTo(Duration.ofSeconds(3_591));
  }

  @Test
  void shouldCountAsBehindWhileATransactionIsPublishedInPart() {
    LinkStatus status =
        status(
            head(Role.PRODUCER, 100, 9).setCutPosition(120L).setCutOrder(5),
            head(Role.CONSUMER, 100, 2));
    assertThat(status.state()).isEqualTo(LinkState.DIVERGED);
    assertThat(status.lag()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void shouldHaltWithTheReasonThatWasReported() {
    LinkStatus status =
        status(
            head(Role.PRODUCER, 100, 9),
            head(Role.CONSUMER, 80, 2)
                .setState(ProgressState.HALTED)
                .setReason("GAP")
                .setDetail("GAP: 5 is next"));
    assertThat(status.state()).isEqualTo(LinkState.HALTED);
    assertThat(status.reason()).contains(Reason.GAP);
    assertThat(status.detail()).isEqualTo("consumer: 5 is next");
  }

  @Test
  void shouldRecoverWhileRowsAreCopied() {
    LinkStatus status =
        status(
            head(Role.PRODUCER, 100, 9),
            head(Role.CONSUMER, 80, 2).setState(ProgressState.COPYING));
    assertThat(status.state()).isEqualTo(LinkState.RECOVERING);
    assertThat(status.reason()).contains(Reason.COPYING);
  }

  @Test
  void shouldNotCompareAcrossTwoStarts() {
    LinkStatus status =
        status(head(Role.PRODUCER, 100, 9).setTopicId("new"), head(Role.CONSUMER, 100, 9));
    assertThat(status.state()).isEqualTo(LinkState.RECOVERING);
  }

  @Test
  void shouldNameTheSilentSide() {
    Optional<Progress> producer = Optional.of(head(Role.PRODUCER, 100, 9).build());
    Optional<Progress> consumer = Optional.of(head(Role.CONSUMER, 100, 9).build());
    assertThat(LinkStatus.of("bank", facts(producer, consumer, true, false)).reason())
        .contains(Reason.PRODUCER_SILENT);
    assertThat(LinkStatus.of("bank", facts(producer, consumer, false, true)).reason())
        .contains(Reason.CONSUMER_SILENT);
    assertThat(LinkStatus.of("bank", facts(producer, Optional.empty(), false, false)).reason())
        .contains(Reason.CONSUMER_SILENT);
  }

  @Test
  void shouldSayWhenTheLinkWasNeverSetUp() {
    LinkFacts none = facts(Optional.empty(), Optional.empty(), true, true);
    assertThatThrownBy(() -> LinkStatus.of("bank", none))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("duplex init");
  }

  @Test
  void shouldBeAsTheWorstIncidentSays() {
    LinkStatus status =
        status(
            head(Role.PRODUCER, 100, 9),
            head(Role.CONSUMER, 80, 2),
            incident(Observer.CONSUMER, LinkState.RECOVERING, Reason.SECONDARY_DOWN.name()),
            incident(Observer.PRODUCER, LinkState.HALTED, Reason.DIFF_FILE_ELSEWHERE.name()));
    assertThat(status.state()).isEqualTo(LinkState.HALTED);
    assertThat(status.reason()).contains(Reason.DIFF_FILE_ELSEWHERE);
    assertThat(status.detail()).isEqualTo("producer: told");
    assertThat(status.incidents()).hasSize(2);
  }

  @Test
  void shouldTellWhatIsSeenBesideWhatWasTold() {
    StatusEvent away =
        incident(Observer.PRODUCER, LinkState.DIVERGED, Reason.BROKER_UNREACHABLE.name());
    LinkStatus behind = status(head(Role.PRODUCER, 100, 9), head(Role.CONSUMER, 80, 2), away);
    assertThat(behind.reason()).contains(Reason.BROKER_UNREACHABLE);
    assertThat(behind.detail()).isEqualTo("producer: told; the secondary is catching up");
    LinkStatus newer =
        status(
            head(Role.PRODUCER, 100, 9),
            head(Role.CONSUMER, 100, 9),
            incident(Observer.MONITOR, LinkState.DIVERGED, "A_REASON_TO_COME"));
    assertThat(newer.state()).isEqualTo(LinkState.DIVERGED);
    assertThat(newer.reason()).isEmpty();
    assertThat(newer.detail()).isEqualTo("monitor: A_REASON_TO_COME: told");
  }

  @Test
  void shouldRecoverWhileWhatAnOutageLeftIsApplied() {
    LinkStatus status =
        status(
            head(Role.PRODUCER, 100, 9),
            head(Role.CONSUMER, 80, 2),
            incident(Observer.PRODUCER, LinkState.RECOVERING, Reason.BROKER_UNREACHABLE.name()));
    assertThat(status.state()).isEqualTo(LinkState.RECOVERING);
    assertThat(status.reason()).contains(Reason.BROKER_UNREACHABLE);
    assertThat(status.detail()).isEqualTo("producer: told");
  }

  @Test
  void shouldSayWhyTheSecondaryIsBehindIfTheConsumerKnows() {
    LinkStatus status =
        status(
            head(Role.PRODUCER, 100, 9),
            head(Role.CONSUMER, 80, 2)
                .setReason("SECONDARY_DOWN")
                .setDetail("SECONDARY_DOWN: no answer"));
    assertThat(status.state()).isEqualTo(LinkState.DIVERGED);
    assertThat(status.reason()).contains(Reason.SECONDARY_DOWN);
    assertThat(status.detail()).isEqualTo("consumer: no answer");
  }

  @Test
  void shouldPreferWhoKnowsTheCauseToWhoHearsNothing() {
    StatusEvent away =
        incident(Observer.PRODUCER, LinkState.DIVERGED, Reason.REGISTRY_UNREACHABLE.name());
    StatusEvent silent =
        incident(Observer.MONITOR, LinkState.DIVERGED, Reason.PRODUCER_SILENT.name());
    LinkStatus status =
        status(head(Role.PRODUCER, 100, 9), head(Role.CONSUMER, 100, 9), away, silent);
    assertThat(status.reason()).contains(Reason.REGISTRY_UNREACHABLE);
  }

  @Test
  void shouldPreferAnyOtherReasonToBeingLate() {
    StatusEvent late =
        incident(Observer.CONSUMER, LinkState.DIVERGED, Reason.SECONDARY_BEHIND.name());
    StatusEvent away =
        incident(Observer.PRODUCER, LinkState.DIVERGED, Reason.BROKER_UNREACHABLE.name());
    Progress.Builder producer = head(Role.PRODUCER, 100, 9);
    Progress.Builder consumer = head(Role.CONSUMER, 100, 9);
    LinkStatus told = status(producer, consumer, away, late);
    assertThat(told.reason()).contains(Reason.BROKER_UNREACHABLE);
    LinkStatus own =
        withService(spooling(Reason.BROKER_UNREACHABLE), facts(producer, consumer, late));
    assertThat(own.reason()).contains(Reason.BROKER_UNREACHABLE);
    LinkFacts silent =
        facts(Optional.of(producer.build()), Optional.of(consumer.build()), false, true, late);
    assertThat(LinkStatus.of("bank", silent).reason()).contains(Reason.CONSUMER_SILENT);
  }

  @Test
  void shouldListenToTheServiceThatIsSilentOnTheTopics() {
    LinkFacts silent =
        facts(
            head(Role.PRODUCER, 100, 9),
            head(Role.CONSUMER, 100, 9),
            incident(Observer.MONITOR, LinkState.DIVERGED, Reason.PRODUCER_SILENT.name()));
    ServiceReport relay = spooling(Reason.REGISTRY_UNREACHABLE);
    LinkStatus status = withService(relay, silent);
    assertThat(status.reason()).contains(Reason.REGISTRY_UNREACHABLE);
    assertThat(status.detail()).isEqualTo("producer: no answer");
  }

  @Test
  void shouldKnowWhatWaitsToBeTold() {
    StatusEvent open = incident(Observer.CONSUMER, LinkState.DIVERGED, Reason.APPLY_FAILED.name());
    StatusEvent over = incident(Observer.CONSUMER, LinkState.IN_SYNC, Reason.APPLY_FAILED.name());
    StatusEvent damage =
        incident(Observer.PRODUCER, LinkState.HALTED, Reason.DIFF_FILE_DAMAGED.name());
    LinkFacts heads =
        facts(Optional.empty(), Optional.empty(), false, false, open)
            .withWaiting(List.of(over, damage));
    assertThat(heads.incidents()).containsExactly(open, damage);
  }

  @Test
  void shouldNotListenToWhoeverWasReplaced() {
    StatusEvent old =
        incident(Observer.PRODUCER, LinkState.HALTED, Reason.DIFF_FILE_DAMAGED.name());
    Optional<Progress> other =
        Optional.of(head(Role.PRODUCER, 100, 9).setInstance("2@elsewhere#0002").build());
    LinkFacts alive = facts(other, Optional.empty(), false, false);
    assertThat(alive.withWaiting(List.of(old)).incidents()).isEmpty();
    LinkFacts silent = facts(other, Optional.empty(), true, false);
    assertThat(silent.withWaiting(List.of(old)).incidents()).containsExactly(old);
  }

  private static ServiceReport spooling(Reason reason) {
    return new ServiceReport(
        Role.PRODUCER,
        "bank",
        "1@host#abcd",
        ServiceState.SPOOLING,
        Optional.of(reason),
        "no answer",
        1,
        100,
        0,
        0,
        Optional.empty());
  }

  private static StatusEvent incident(Observer observer, LinkState state, String reason) {
    return StatusEvent.newBuilder()
        .setLink("bank")
        .setIncident(observer.name())
        .setObserver(observer)
        .setSequence(1)
        .setInstance("1@host#abcd")
        .setState(state)
        .setPreviousState(LinkState.IN_SYNC)
        .setReason(reason)
        .setTimeMicros(1)
        .setDetail("told")
        .build();
  }

  private static LinkStatus status(
      Progress.Builder producer, Progress.Builder consumer, StatusEvent... incidents) {
    return LinkStatus.of("bank", facts(producer, consumer, incidents));
  }

  private static LinkStatus withService(ServiceReport service, LinkFacts facts) {
    return LinkStatus.of("bank", facts.withServices("bank", List.of(service)));
  }

  private static LinkFacts facts(
      Progress.Builder producer, Progress.Builder consumer, StatusEvent... incidents) {
    return facts(
        Optional.of(producer.build()), Optional.of(consumer.build()), false, false, incidents);
  }

  private static LinkFacts facts(
      Optional<Progress> producer,
      Optional<Progress> consumer,
      boolean producerSilent,
      boolean consumerSilent,
      StatusEvent... incidents) {
    return LinkFacts.ofTopics(
        SideFacts.of(producer, producerSilent),
        SideFacts.of(consumer, consumerSilent),
        consumer.map(Progress::getDecodedMicros).orElse(0L),
        List.of(incidents),
        LIMIT);
  }

  private static Progress.Builder head(Role role, long position, long seconds) {
    return Progress.newBuilder()
        .setLink("bank")
        .setRole(role)
        .setState(ProgressState.LIVE)
        .setEpoch(1)
        .setInstance("1@host#abcd")
        .setHost("host")
        .setSystemId("7")
        .setTimeline(1)
        .setTopicId("topic")
        .setPosition(position)
        .setTransactionId(1)
        .setCommitMicros(0)
        .setDecoded(position + 1)
        .setDecodedMicros(seconds * 1_000_000)
        .setTransactions(0)
        .setChanges(0);
  }
}
