package dev.duplex.status.monitor;

import dev.duplex.status.topology.MonitorTopology;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Whether what was read is true now: every task of the topology gives a sign of life each second,
 * wherever it runs, through Kafka. Thread-safe.
 */
final class FreshnessTracker {
  private static final long DEAD_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final StreamsRunner streams;
  private final String kafka;
  private final AtomicLongArray beatNanos = new AtomicLongArray(MonitorTopology.PARTITIONS);
  private volatile int beating; // one bit for each partition
  private volatile boolean caughtUp;
  private volatile boolean hasRead;
  private volatile long newestNanos;
  private volatile String trouble = "";
  private volatile String end = "";

  FreshnessTracker(StreamsRunner streams, String kafka, long now) {
    this.newestNanos = now;
    this.streams = streams;
    this.kafka = kafka;
  }

  /** Called by one thread only, as all that change it. */
  void beat(int partition, long now) {
    beatNanos.set(partition, now);
    int bits = beating | 1 << partition;
    beating = bits;
    newestNanos = now;
    trouble = "";
  }

  void read(boolean nearlyAll, long now) {
    caughtUp = nearlyAll;
    if (nearlyAll && !hasRead) {
      beating = 0; // those signs of life were old
      hasRead = true;
    }
    if (nearlyAll && isBeating(now)) {
      streams.succeeded();
    }
  }

  /** What comes from now on is new. */
  boolean hasRead() {
    return hasRead;
  }

  void trouble(String text) {
    trouble = text;
  }

  void ended(RuntimeException why) {
    end = "the monitor has ended: " + why + "; start it again";
  }

  private boolean isBeating(long now) {
    if (beating != (1 << MonitorTopology.PARTITIONS) - 1) {
      return false;
    }
    for (int partition = 0; partition < MonitorTopology.PARTITIONS; partition++) {
      if (now - beatNanos.get(partition) >= DEAD_NANOS) {
        return false;
      }
    }
    return true;
  }

  Freshness freshness(long now) {
    if (end.isEmpty() && (streams.isWithoutLinks() || (caughtUp && isBeating(now)))) {
      return new Freshness(true, Duration.ZERO, "");
    }
    return new Freshness(false, Duration.ofNanos(Math.max(0, now - newestNanos)), detail());
  }

  private String detail() {
    for (String text : new String[] {end, trouble, streams.trouble()}) {
      if (!text.isEmpty()) {
        return text;
      }
    }
    return caughtUp
        ? "not every part of the links is watched, or Kafka at " + kafka + " does not answer"
        : "what the monitor has stored is being read";
  }
}
