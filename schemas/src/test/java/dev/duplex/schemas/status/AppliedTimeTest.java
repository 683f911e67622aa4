package dev.duplex.schemas.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AppliedTimeTest {
  private final AppliedTime applied = new AppliedTime();

  @Test
  void shouldTakeTheCommitTimeOfWhatIsApplied() {
    add(Role.PRODUCER, 100, 10, 0);
    add(Role.PRODUCER, 200, 20, 1);
    add(Role.CONSUMER, 100, 9, 2);
    assertThat(applied.micros()).isEqualTo(10); // all of it was decoded then
    add(Role.CONSUMER, 150, 15, 3);
    assertThat(applied.micros()).isEqualTo(15);
    add(Role.CONSUMER, 200, 19, 4);
    assertThat(applied.micros()).isEqualTo(20);
  }

  @Test
  void shouldFollowAClockThatWasSetBack() {
    add(Role.PRODUCER, 100, 3_600, 0);
    add(Role.CONSUMER, 100, 3_599, 1);
    assertThat(applied.micros()).isEqualTo(3_600);
    add(Role.PRODUCER, 100, 5, 2);
    assertThat(applied.micros()).isEqualTo(5);
    add(Role.PRODUCER, 200, 7, 3);
    add(Role.CONSUMER, 150, 6, 4);
    assertThat(applied.micros()).isEqualTo(6);
  }

  @Test
  void shouldFollowAClockThatWasSetForward() {
    add(Role.PRODUCER, 100, 5, 0);
    add(Role.CONSUMER, 100, 5, 1);
    add(Role.PRODUCER, 100, 3_600, 2);
    assertThat(applied.micros()).isEqualTo(3_600);
  }

  @Test
  void shouldKnowForHowLongSomethingWaitsWhateverTheClockSays() {
    add(Role.PRODUCER, 100, 3_600, 0);
    add(Role.CONSUMER, 100, 3_600, 0);
    assertThat(applied.waitingNanos()).isZero();
    add(Role.PRODUCER, 200, 5, 10);
    add(Role.PRODUCER, 300, 6, 11);
    add(Role.PRODUCER, 300, 7, 17); // a heartbeat
    assertThat(applied.waitingNanos()).isEqualTo(seconds(7));
    add(Role.CONSUMER, 200, 5, 18);
    assertThat(applied.waitingNanos()).isEqualTo(seconds(6));
    add(Role.CONSUMER, 300, 6, 18);
    assertThat(applied.waitingNanos()).isZero();
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private void add(Role role, long position, long micros, long second) {
    applied.add(
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
            .setPosition(position)
            .setTransactionId(1)
            .setCommitMicros(micros)
            .setDecoded(position)
            .setDecodedMicros(micros)
            .setTransactions(0)
            .setChanges(0)
            .build(),
        seconds(second));
  }
}
