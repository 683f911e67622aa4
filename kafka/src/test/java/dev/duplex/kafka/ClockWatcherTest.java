package dev.duplex.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a clock that the test sets, in a loop that the test steps. */
final class ClockWatcherTest implements Time, Loops, Loops.Running {
  private final ClockWatcher watcher = new ClockWatcher(this, this);
  private final List<Loop> loops = new ArrayList<>();
  private long nanos;
  private long aheadMillis;

  @Test
  void shouldNoticeThatTheClockIsSetBack() throws Exception {
    List<String> woken = new ArrayList<>();
    try (ClockWatch first =
            watcher.watch(
                () -> {
                  woken.add("first");
                  throw new IllegalStateException("for the test");
                });
        ClockWatch second = watcher.watch(() -> woken.add("second"))) {
      look();
      aheadMillis += 3_600_000;
      look();
      aheadMillis -= 900;
      look();
      assertThat(woken).isEmpty();
      aheadMillis -= 2_000;
      look();
      assertThat(woken).containsExactly("first", "second");
      assertThat(first.wasSetBack()).isTrue();
      try (ClockWatch third = watcher.watch()) {
        look();
        assertThat(third.wasSetBack()).isFalse();
      }
      assertThat(second.wasSetBack()).isTrue();
    }
  }

  @Test
  void shouldEndItsLoopWithTheLastWatch() throws Exception {
    ClockWatch watch = watcher.watch();
    assertThat(loops).hasSize(1);
    watch.close();
    assertThat(loops.get(0).step()).isEqualTo(Loop.OVER);
    watcher.watch().close();
    assertThat(loops).hasSize(2);
  }

  private void look() throws InterruptedException {
    nanos += loops.get(0).step();
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Clock clock() {
    return Clock.fixed(
        Instant.ofEpochMilli(1_000_000 + nanos / 1_000_000 + aheadMillis), ZoneOffset.UTC);
  }

  @Override
  public void sleep(Duration duration) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Loops.Running start(String name, Loop loop) {
    loops.add(loop);
    return this;
  }

  @Override
  public void wake() {}

  @Override
  public void stop() {}

  @Override
  public boolean join(Duration limit) {
    return true;
  }
}
