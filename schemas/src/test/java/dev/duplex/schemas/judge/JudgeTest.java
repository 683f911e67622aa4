package dev.duplex.schemas.judge;

import static dev.duplex.schemas.avro.LinkState.DIVERGED;
import static dev.duplex.schemas.avro.LinkState.HALTED;
import static dev.duplex.schemas.avro.LinkState.IN_SYNC;
import static dev.duplex.schemas.avro.LinkState.RECOVERING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.Reason.Blocks;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class JudgeTest {
  private static Arguments row(
      String name, Facts facts, LinkState state, @Nullable Reason reason, String detail) {
    return Arguments.of(name, facts, state, reason, detail);
  }

  static Stream<Arguments> table() {
    SpoolReport spool = new SpoolReport(4, 40, 1_000, 101, 104, 90_000_000, 10_000_000);
    return Stream.of(
        row("nothing is wrong", new Facts(), IN_SYNC, null, ""),
        row("a little behind", new Facts().behind(4), IN_SYNC, null, ""),
        row(
            "nothing is known",
            new Facts().without(Role.PRODUCER).without(Role.CONSUMER),
            RECOVERING,
            null,
            "nothing is known of the link yet"),
        row(
            "nothing is known but an incident",
            new Facts()
                .without(Role.PRODUCER)
                .incident(Observer.PRODUCER, HALTED, "DIFF_FILE_DAMAGED"),
            HALTED,
            Reason.DIFF_FILE_DAMAGED,
            "producer: told"),
        row(
            "too far behind",
            new Facts().behind(6),
            DIVERGED,
            Reason.SECONDARY_BEHIND,
            "the secondary is catching up"),
        row(
            "behind since nobody knows when",
            new Facts().behind(0).applied(0),
            RECOVERING,
            Reason.SECONDARY_BEHIND,
            "the secondary is catching up; how far it is behind is not known yet"),
        row(
            "the log is not read to its end",
            new Facts().producer(head -> head.setPrimaryMicros(106_000_000)),
            DIVERGED,
            Reason.SECONDARY_BEHIND,
            "the producer is catching up with the primary's log"),
        row(
            "a transaction is published in part",
            new Facts()
                .producer(head -> head.setCutPosition(120L).setCutOrder(5))
                .applied(90_000_000),
            DIVERGED,
            Reason.SECONDARY_BEHIND,
            "the secondary is catching up"),
        row(
            "the consumer waits",
            new Facts()
                .behind(6)
                .consumer(
                    head ->
                        head.setPosition(80).setReason("SECONDARY_DOWN").setDetail("no answer")),
            DIVERGED,
            Reason.SECONDARY_DOWN,
            "consumer: no answer"),
        row(
            "the producer has halted",
            new Facts()
                .producer(
                    head ->
                        head.setState(ProgressState.HALTED)
                            .setReason("CAPTURE_LOST")
                            .setDetail("CAPTURE_LOST: the slot is gone")),
            HALTED,
            Reason.CAPTURE_LOST,
            "producer: the slot is gone"),
        row(
            "it does not say why, as before there was a field for it",
            new Facts()
                .consumer(head -> head.setState(ProgressState.HALTED).setDetail("GAP: 5 is next")),
            HALTED,
            null,
            "consumer: GAP: 5 is next"),
        row(
            "rows are copied",
            new Facts().producer(head -> head.setState(ProgressState.COPYING)),
            RECOVERING,
            Reason.COPYING,
            "existing rows are on their way"),
        row(
            "the rows are not all applied",
            new Facts().consumer(head -> head.setState(ProgressState.COPYING)),
            RECOVERING,
            Reason.COPYING,
            "existing rows are on their way"),
        row(
            "a copy stands still",
            new Facts()
                .producer(head -> head.setState(ProgressState.COPYING))
                .silent(Role.PRODUCER),
            RECOVERING,
            Reason.COPYING,
            "a copy was interrupted, or its next rows are late; if nobody copies, run"
                + " 'duplex init --copy' again"),
        row(
            "another start",
            new Facts().producer(head -> head.setTopicId("new")),
            RECOVERING,
            Reason.COPYING,
            "the consumer is not yet at the link's new start"),
        row(
            "the producer is silent",
            new Facts().silent(Role.PRODUCER, Role.CONSUMER),
            DIVERGED,
            Reason.PRODUCER_SILENT,
            "no producer reports; is one running?"),
        row(
            "the consumer is silent",
            new Facts().silent(Role.CONSUMER),
            DIVERGED,
            Reason.CONSUMER_SILENT,
            "no consumer reports; is one running?"),
        row(
            "there was never a consumer",
            new Facts().without(Role.CONSUMER),
            DIVERGED,
            Reason.CONSUMER_SILENT,
            "no consumer reports; is one running?"),
        row(
            "a silence and its cause",
            new Facts()
                .silent(Role.PRODUCER)
                .incident(Observer.PRODUCER, DIVERGED, "BROKER_UNREACHABLE"),
            DIVERGED,
            Reason.BROKER_UNREACHABLE,
            "producer: told; no producer reports; is one running?"),
        row(
            "the worst of several incidents",
            new Facts()
                .incident(Observer.PRODUCER, RECOVERING, "BROKER_UNREACHABLE")
                .incident(Observer.CONSUMER, DIVERGED, "SECONDARY_DOWN"),
            DIVERGED,
            Reason.SECONDARY_DOWN,
            "consumer: told"),
        row(
            "what recovers is behind",
            new Facts().behind(60).incident(Observer.PRODUCER, RECOVERING, "BROKER_UNREACHABLE"),
            RECOVERING,
            Reason.BROKER_UNREACHABLE,
            "producer: told"),
        row(
            "a reason of a version to come",
            new Facts().incident(Observer.MONITOR, DIVERGED, "NEW"),
            DIVERGED,
            null,
            "monitor: NEW: told"),
        row(
            "what an instance sees itself",
            new Facts().finding(DIVERGED, Reason.REGISTRY_UNREACHABLE),
            DIVERGED,
            Reason.REGISTRY_UNREACHABLE,
            "looked"),
        row(
            "the relay spools",
            new Facts().service(ServiceState.SPOOLING, Reason.BROKER_UNREACHABLE, spool),
            DIVERGED,
            Reason.BROKER_UNREACHABLE,
            "producer: said; the secondary is catching up"),
        row(
            "the relay drains",
            new Facts().service(ServiceState.DRAINING, Reason.BROKER_UNREACHABLE, spool),
            RECOVERING,
            Reason.BROKER_UNREACHABLE,
            "producer: said"),
        row(
            "the applier waits",
            new Facts().service(ServiceState.WAITING, Reason.SECONDARY_DOWN),
            DIVERGED,
            Reason.SECONDARY_DOWN,
            "consumer: said"),
        row(
            "a change is refused",
            new Facts().service(ServiceState.FAILED, Reason.APPLY_FAILED),
            DIVERGED,
            Reason.APPLY_FAILED,
            "consumer: said"),
        row(
            "a service has halted",
            new Facts().service(ServiceState.HALTED, Reason.DIFF_FILE_ELSEWHERE),
            HALTED,
            Reason.DIFF_FILE_ELSEWHERE,
            "producer: said"),
        row("one that works", new Facts().service(ServiceState.LIVE, null), IN_SYNC, null, ""),
        row(
            "one that stands by",
            new Facts().service(ServiceState.STANDBY, Reason.FENCED),
            IN_SYNC,
            null,
            ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void shouldJudge(
      String name, Facts facts, LinkState state, @Nullable Reason reason, String detail) {
    Verdict verdict = facts.judge();
    assertThat(verdict.state()).isEqualTo(state);
    assertThat(verdict.reason().orElse(null)).isEqualTo(reason);
    assertThat(verdict.detail()).isEqualTo(detail);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayWhatTheOwnerOfAnyReasonSays(Reason reason) {
    for (LinkState state : new LinkState[] {RECOVERING, DIVERGED, HALTED}) {
      for (Observer observer : Observer.values()) {
        Verdict verdict = new Facts().incident(observer, state, reason.name()).judge();
        assertThat(verdict.state()).isEqualTo(state);
        assertThat(verdict.reason()).contains(reason);
      }
    }
  }

  /** Of two that are equally bad: the cause, the silence, the lateness. */
  @ParameterizedTest
  @EnumSource
  void shouldPreferTheReasonThatExplainsMore(Reason one) {
    for (Reason other : Reason.values()) {
      Verdict verdict =
          new Facts()
              .incident(Observer.CONSUMER, DIVERGED, one.name())
              .incident(Observer.PRODUCER, DIVERGED, other.name())
              .judge();
      Reason more = one.insight().compareTo(other.insight()) > 0 ? one : other;
      assertThat(verdict.reason()).as("%s and %s", one, other).contains(more);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowWhatGoesOnMeanwhile(Reason reason) {
    Blocks monitor = blocks(Observer.MONITOR, DIVERGED, reason.name(), false);
    assertThat(monitor).isEqualTo(reason.blocks());
    boolean harmless = reason.blocks() == Blocks.NOTHING;
    assertThat(blocks(Observer.CONSUMER, DIVERGED, reason.name(), false))
        .isEqualTo(harmless ? Blocks.NOTHING : Blocks.APPLYING);
    assertThat(blocks(Observer.CONSUMER, HALTED, reason.name(), false)).isEqualTo(Blocks.APPLYING);
    assertThat(blocks(Observer.PRODUCER, DIVERGED, reason.name(), false))
        .isEqualTo(harmless ? Blocks.NOTHING : Blocks.PUBLISHING);
    assertThat(blocks(Observer.PRODUCER, RECOVERING, reason.name(), true))
        .isEqualTo(harmless ? Blocks.NOTHING : Blocks.APPLYING);
  }

  @Test
  void shouldTakeNothingForHarmlessThatItDoesNotKnow() {
    assertThat(blocks(Observer.MONITOR, DIVERGED, "NEW", false)).isEqualTo(Blocks.PUBLISHING);
    assertThat(blocks(Observer.CONSUMER, DIVERGED, "NEW", false)).isEqualTo(Blocks.APPLYING);
  }

  @Test
  void shouldCountWhatIsMissing() {
    Verdict behind = new Facts().behind(4).judge();
    assertThat(behind.transactionsBehind()).isEqualTo(3);
    assertThat(behind.changesBehind()).isEqualTo(30);
    assertThat(behind.lag()).isEqualTo(Duration.ofSeconds(4));
    SpoolReport spool = new SpoolReport(4, 40, 1_000, 101, 104, 90_000_000, 10_000_000);
    Verdict spooling =
        new Facts()
            .behind(4)
            .service(ServiceState.SPOOLING, Reason.BROKER_UNREACHABLE, spool)
            .judge();
    assertThat(spooling.transactionsBehind()).isEqualTo(7);
    assertThat(spooling.changesBehind()).isEqualTo(70);
    assertThat(spooling.lag()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void shouldReadEveryWordOfAServiceInOnePlace() {
    for (ServiceState state : ServiceState.values()) {
      assertThat(ServiceState.of(state.name())).isEqualTo(state);
    }
    assertThat(ServiceState.of("DANCING")).isEqualTo(ServiceState.UNKNOWN);
  }

  @Test
  void shouldGiveEachReasonOneOwnerWhoReportsIt() {
    assertThat(Arrays.stream(Reason.values())).allMatch(r -> r.isReportedBy(r.owner()));
    assertThat(Reason.of("GAP")).contains(Reason.GAP);
    assertThat(Reason.of("NEW")).isEmpty();
  }

  private static Blocks blocks(Observer observer, LinkState state, String reason, boolean drained) {
    return Judge.blocks(Facts.event(observer, state, reason, drained));
  }
}
