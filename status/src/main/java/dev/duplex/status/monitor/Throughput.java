package dev.duplex.status.monitor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** How fast a counter grows, over the last seconds. Owned by one thread. */
final class Throughput {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(450);

  private record Reading(long nanos, long count) {}

  private final Deque<Reading> readings = new ArrayDeque<>();

  /** Takes a reading, a few times a second. */
  void read(long now, long count) {
    Reading last = readings.peekLast();
    if (last != null && count < last.count()) {
      readings.clear(); // the link began anew
    } else if (last != null && now - last.nanos() < STEP_NANOS) {
      return;
    }
    readings.add(new Reading(now, count));
    while (readings.size() > 2 && now - readings.getFirst().nanos() > WINDOW_NANOS) {
      readings.removeFirst();
    }
  }

  double perSecond() {
    Reading first = readings.peekFirst();
    Reading last = readings.peekLast();
    if (first == null || last == null || last.nanos() == first.nanos()) {
      return 0;
    }
    return (last.count() - first.count()) * 1e9 / (last.nanos() - first.nanos());
  }
}
