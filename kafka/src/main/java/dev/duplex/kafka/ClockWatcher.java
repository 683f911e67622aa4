package dev.duplex.kafka;

import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the time of day is set back. Kafka's clients measure their pauses and limits by it:
 * one that was made before would wait until that time has come again. So whoever keeps a client
 * opens a {@link ClockWatch} beside it, and makes another client then.
 *
 * <p>One loop looks for all watches, and ends with the last one. Thread-safe.
 */
public final class ClockWatcher {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  // Steps that are smaller make nobody wait for longer than that.
  private static final long TOLERATED_MILLIS = 1_000;

  private final Time time;
  private final Loops loops;
  private final List<ClockWatch> watches = new ArrayList<>();
  private Loops.@Nullable Running running;
  private long ahead;

  /** Looks at a time of day; by loops that start with the first watch. */
  public ClockWatcher(Time time, Loops loops) {
    this.time = time;
    this.loops = loops;
  }

  /** Watches from now on; whoever has it asks {@link ClockWatch#wasSetBack}. */
  public ClockWatch watch() {
    return watch(() -> {});
  }

  /**
   * Watches from now on.
   *
   * @param whenSetBack ends what waits in the client, as a consumer's {@code wakeup} does; is
   *     called by the loop and returns at once
   */
  public synchronized ClockWatch watch(Runnable whenSetBack) {
    ClockWatch watch = new ClockWatch(this, whenSetBack);
    watches.add(watch);
    if (running == null) {
      ahead = ahead();
      running = loops.start("duplex-clock", this::look);
    }
    return watch;
  }

  /** Closes a producer then, so that a send that waits for the broker ends. */
  public ClockWatch watchClosing(Producer<?, ?> producer) {
    return watch(() -> closeBeside(producer));
  }

  private void closeBeside(Producer<?, ?> producer) {
    // In a loop of its own: it waits for the producer's thread.
    var unused =
        loops.start(
            "duplex-clock-close",
            () -> {
              producer.close(Duration.ZERO);
              return Loop.OVER;
            });
  }

  private synchronized long look() {
    if (watches.isEmpty()) {
      running = null;
      return Loop.OVER;
    }
    long now = ahead();
    if (now < ahead - TOLERATED_MILLIS) {
      List.copyOf(watches).forEach(ClockWatch::setBack);
    }
    ahead = now;
    return LOOK_NANOS;
  }

  /** How far the time of day is ahead of the time that passes. */
  private long ahead() {
    return time.clock().millis() - time.millis();
  }

  synchronized void remove(ClockWatch watch) {
    watches.remove(watch);
    if (watches.isEmpty() && running != null) {
      running.wake(); // its thread ends
    }
  }
}
