package dev.duplex.producer.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.database.source.Moment;
import dev.duplex.producer.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The head has decoded up to 1010. */
class LogEndTest {
  private static final long PAGE = 8_192;

  private final ManualTime time = new ManualTime();
  private final RelayHead head = Heads.relay(Heads.at(1_000).build());
  private final LogEnd end = new LogEnd(head, time);

  @Test
  void shouldHaveCaughtUpOnceTheLogIsDecodedUpToWhereItEnded() {
    end.asked(new Moment(100, 2_000));
    end.moved();
    assertThat(end.hasCaughtUp()).isFalse();
    head.decoded(2_000);
    end.moved();
    assertThat(end.hasCaughtUp()).isTrue();
    assertThat(head.live().getDecodedMicros()).isEqualTo(100);
  }

  @Test
  void shouldKeepTheFirstMomentThatIsNotReached() {
    end.asked(new Moment(100, 2_000));
    end.asked(new Moment(200, 3_000));
    head.decoded(2_500);
    end.moved();
    assertThat(head.live().getDecodedMicros()).isEqualTo(100);
  }

  @Test
  void shouldNotWaitForARecordThatIsNotWhole() {
    end.asked(new Moment(100, PAGE));
    assertThat(end.hasCaughtUp()).isFalse();
    end.asked(new Moment(200, PAGE));
    assertThat(end.hasCaughtUp()).isTrue();
    assertThat(head.live().getDecodedMicros()).isEqualTo(100);
  }

  @Test
  void shouldWaitForAPageWhileTheHeadMoves() {
    end.asked(new Moment(100, PAGE));
    head.decoded(1_500);
    end.asked(new Moment(200, PAGE));
    assertThat(end.hasCaughtUp()).isFalse();
  }

  @Test
  void shouldCountTheLagByElapsedTimeIfTheClockWasSetBack() {
    head.decodedMicros(1_000_000);
    end.asked(new Moment(500, 2_000));
    time.pass(Duration.ofSeconds(3));
    end.asked(new Moment(600, 2_000));
    assertThat(head.live().getPrimaryMicros()).isEqualTo(4_000_000);
  }
}
