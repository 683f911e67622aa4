package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReachedPositionsTest {
  private static final long STEP = 10_000;

  private final ReachedPositions reached = new ReachedPositions();

  @Test
  void shouldTellTheFirstTimeAPositionWasReached() {
    reached.add(10, 1 * STEP);
    reached.add(20, 2 * STEP);
    reached.add(20, 3 * STEP);
    reached.add(40, 4 * STEP);
    assertThat(reached.micros(20)).isEqualTo(2 * STEP);
    assertThat(reached.micros(21)).isEqualTo(4 * STEP);
    assertThat(reached.micros(5)).isEqualTo(STEP); // before it began
  }

  @Test
  void shouldRememberALimitedTime() {
    for (int i = 1; i <= 100_000; i++) {
      reached.add(i, i * STEP / 4);
    }
    assertThat(reached.micros(1)).isGreaterThan(100_000 * STEP / 4 - 4_097 * STEP);
    assertThat(reached.micros(99_000)).isBetween(99_000 * STEP / 4 - STEP, 99_000 * STEP / 4);
  }

  @Test
  void shouldStartAnewWithTheLink() {
    reached.add(100, STEP);
    reached.add(10, 2 * STEP);
    assertThat(reached.micros(10)).isEqualTo(2 * STEP);
  }
}
