package dev.duplex.cli.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** How fast a number grew in the last seconds. Owned by one thread. */
final class Rate {
  private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private record Reading(long nanos, long value) {}

  private final Deque<Reading> readings = new ArrayDeque<>();

  /**
   * Takes a reading.
   *
   * @param now elapsed time in nanoseconds
   * @return growth a second; 0 at first
   */
  double of(long now, long value) {
    if (readings.isEmpty() || now - readings.getLast().nanos >= STEP_NANOS) {
      readings.addLast(new Reading(now, value));
    }
    while (now - readings.getFirst().nanos > SPAN_NANOS) {
      readings.removeFirst();
    }
    Reading first = readings.getFirst();
    return now == first.nanos ? 0 : (value - first.value) * 1e9 / (now - first.nanos);
  }
}
