package dev.duplex.schemas.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.Seed;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Promise 5: IN_SYNC only while nothing that is known speaks against it. */
final class InSyncIsEarnedTest {
  private static final int ROUNDS = 200_000;
  private static final int SECOND = 1_000_000;

  private final long seed = Seed.choose("InSyncIsEarnedTest");
  private final Random random = new Random(seed);

  @Test
  void shouldSayInSyncOnlyIfNothingSpeaksAgainstIt() {
    int inSync = 0;
    for (int round = 0; round < ROUNDS; round++) {
      LinkFacts facts = facts();
      Verdict verdict = Judge.judge(facts);
      assertThat(verdict).isEqualTo(Judge.judge(facts));
      String which = "-Dduplex.seed=" + seed + ", round " + round + ": " + facts;
      if (verdict.state() == LinkState.IN_SYNC) {
        inSync++;
        assertNothingIsWrong(which, facts, verdict);
      } else if (verdict.reason().isEmpty()) {
        assertThat(verdict.detail()).as(which).isNotEmpty();
      }
    }
    assertThat(inSync).as("seed %d", seed).isBetween(ROUNDS / 100, ROUNDS / 2);
  }

  private static void assertNothingIsWrong(String which, LinkFacts facts, Verdict verdict) {
    Progress producer = facts.producer().head().orElseThrow();
    Progress consumer = facts.consumer().head().orElseThrow();
    boolean same = consumer.getPosition() == producer.getPosition();
    assertThat(facts.incidents()).as(which).isEmpty();
    assertThat(facts.findings()).as(which).isEmpty();
    assertThat(facts.producer().silent() || facts.consumer().silent()).as(which).isFalse();
    assertThat(ProgressOrder.sameStart(producer, consumer)).as(which).isTrue();
    assertThat(producer.getState()).as(which).isEqualTo(ProgressState.LIVE);
    assertThat(consumer.getState()).as(which).isEqualTo(ProgressState.LIVE);
    assertThat(Stream.of(facts.producer(), facts.consumer()).flatMap(s -> s.service().stream()))
        .as(which)
        .noneMatch(
            service ->
                switch (service.state()) {
                  case SPOOLING, DRAINING, WAITING, FAILED, HALTED -> true;
                  case STANDBY, LIVE, APPLYING, STOPPED, UNKNOWN -> false;
                });
    assertThat(verdict.lag()).as(which).isLessThanOrEqualTo(facts.divergedAfter());
    // Told of two times of the primary's clock, without the judge.
    long behind = producer.getPrimaryMicros() - facts.appliedMicros();
    assertThat(same || (facts.appliedMicros() > 0 && behind <= 5L * SECOND)).as(which).isTrue();
    assertThat(producer.getPrimaryMicros() - producer.getDecodedMicros())
        .as(which)
        .isLessThanOrEqualTo(5L * SECOND);
    assertThat(verdict.reason()).as(which).isEmpty();
  }

  private LinkFacts facts() {
    Facts facts = new Facts();
    maybe(20, () -> facts.producer(head(Role.PRODUCER)));
    maybe(30, () -> facts.consumer(head(Role.CONSUMER)));
    maybe(5, () -> facts.without(pick(Role.values())));
    maybe(5, () -> facts.silent(pick(Role.values())));
    maybe(2, () -> facts.silent(Role.values()));
    maybe(
        30, () -> facts.applied(random.nextInt(4) == 0 ? 0 : (90L + random.nextInt(12)) * SECOND));
    while (random.nextInt(5) == 0) {
      LinkState state = pick(LinkState.RECOVERING, LinkState.DIVERGED, LinkState.HALTED);
      String reason = random.nextInt(9) == 0 ? "NEW" : pick(Reason.values()).name();
      facts.incident(pick(Observer.values()), state, reason);
    }
    maybe(5, () -> facts.finding(pick(LinkState.DIVERGED, LinkState.HALTED), reason()));
    while (random.nextInt(4) == 0) {
      SpoolReport spool =
          new SpoolReport(
              random.nextInt(3), 5, random.nextInt(2), 1, 2, 3, random.nextInt(8) * (long) SECOND);
      facts.service(pick(ServiceState.values()), random.nextBoolean() ? reason() : null, spool);
    }
    return facts.build();
  }

  private Consumer<Progress.Builder> head(Role role) {
    return head -> {
      head.setPosition(pick(80L, 100L, 120L));
      maybe(20, () -> head.setState(pick(ProgressState.values())));
      maybe(10, () -> head.setTopicId("another"));
      maybe(5, () -> head.setTimeline(2));
      maybe(5, () -> head.setCutPosition(130L));
      maybe(20, () -> head.setReason(random.nextInt(5) == 0 ? "NEW" : reason().name()));
      maybe(20, () -> head.setDetail("because"));
      if (role == Role.PRODUCER) {
        maybe(40, () -> head.setPrimaryMicros((100L + random.nextInt(10)) * SECOND));
      }
    };
  }

  private Reason reason() {
    return pick(Reason.values());
  }

  private void maybe(int percent, Runnable step) {
    if (random.nextInt(100) < percent) {
      step.run();
    }
  }

  @SafeVarargs
  private <T> T pick(T... values) {
    return values[random.nextInt(values.length)];
  }
}
