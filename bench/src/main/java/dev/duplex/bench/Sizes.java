package dev.duplex.bench;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param repeat how often, at least 1
 * @param scale pgbench's scale: 100,000 accounts each
 * @param backlog transactions made while the followers are stopped
 * @param rows changed by one transaction
 * @param clients of the load on the primary
 * @param load how long the primary's rate is measured
 * @param commits whose latency is measured
 * @param commitsPerSecond on average
 * @param seed of everything that is drawn
 * @param limit of each single wait
 */
record Sizes(
    int repeat,
    int scale,
    int backlog,
    int rows,
    int clients,
    Duration load,
    int commits,
    int commitsPerSecond,
    long seed,
    Duration limit) {
  private static final long SEED = 20_261_122;

  Sizes {
    if (repeat < 1
        || scale < 1
        || backlog < 1
        || rows < 1
        || clients < 1
        || load.toSeconds() < 1
        || commits < 1
        || commitsPerSecond < 1) {
      throw new IllegalArgumentException("sizes must be positive");
    }
  }

  /** What the documentation shows. */
  static Sizes full() {
    return new Sizes(
        3, 10, 60_000, 1_000_000, 4, Duration.ofSeconds(20), 400, 20, SEED, Duration.ofMinutes(5));
  }

  /** Enough to see that everything works, in less than a minute. */
  static Sizes smoke() {
    return new Sizes(
        1, 1, 1_000, 10_000, 2, Duration.ofSeconds(2), 20, 20, SEED, Duration.ofMinutes(1));
  }
}
