package dev.duplex.lab;

import java.time.Duration;

/**
 * Counts durations in buckets of about 3 % width, in 15 KB whatever their number. Owned by one
 * thread.
 */
final class LatencyHistogram {
  private static final int SUB_BUCKET_BITS = 5;
  private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;

  private final long[] counts = new long[(Long.SIZE - SUB_BUCKET_BITS) * SUB_BUCKETS];
  private long total;
  private long longestNanos;

  void record(long nanos) {
    counts[bucket(Math.max(0, nanos))]++;
    total++;
    longestNanos = Math.max(longestNanos, nanos);
  }

  void add(LatencyHistogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
    longestNanos = Math.max(longestNanos, other.longestNanos);
  }

  long total() {
    return total;
  }

  Duration longest() {
    return Duration.ofNanos(longestNanos);
  }

  /** The upper end of the bucket below which this share of all durations lies; 0 without any. */
  Duration quantile(double share) {
    long rank = (long) Math.ceil(share * total);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        return Duration.ofNanos(Math.min(lowest(i + 1), longestNanos));
      }
    }
    return Duration.ZERO;
  }

  /** Values below 64 have a bucket each, then each power of two has 32. */
  private static int bucket(long nanos) {
    int exponent = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - SUB_BUCKET_BITS - 1);
    return exponent * SUB_BUCKETS + (int) (nanos >> exponent);
  }

  private static long lowest(int bucket) {
    int exponent = Math.max(0, bucket / SUB_BUCKETS - 1);
    return ((long) bucket - (long) exponent * SUB_BUCKETS) << exponent;
  }
}
