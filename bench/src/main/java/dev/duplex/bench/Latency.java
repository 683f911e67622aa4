package dev.duplex.bench;

import dev.duplex.bench.Figures.Better;
import dev.duplex.bench.Figures.Measure;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * From commit to visible when there is little to do: one row is updated, committed, and asked for
 * on the secondary without a pause until it is there. The pauses between two commits are drawn, so
 * that they do not fall in step with any timer.
 */
final class Latency implements Benchmark {
  private static final List<Contender> CONTENDERS = List.of(Contender.NATIVE, Contender.DUPLEX);
  private static final int WARM_UP_SHARE = 4;

  private final Servers servers;
  private final Sizes sizes;
  private final Measure median;
  private final Measure high;

  Latency(Servers servers, Sizes sizes) {
    this.servers = servers;
    this.sizes = sizes;
    String name = "commit to visible at %d commits/s, ".formatted(sizes.commitsPerSecond());
    this.median = new Measure(name + "p50", "ms", Better.LESS);
    this.high = new Measure(name + "p99", "ms", Better.LESS);
  }

  @Override
  public void run(Figures figures) throws IOException, SQLException, InterruptedException {
    for (Contender contender : CONTENDERS) {
      String database = "latency_" + contender.key();
      servers.createOnPrimary(database, Content.NOTHING);
      try (Follower follower = servers.follower(contender, database, Content.NOTHING);
          Connection connection = servers.primary(database);
          Marker marker = new Marker(connection)) {
        follower.create();
        follower.start();
        try (Marker.Watch watch = new Marker.Watch(servers, follower, sizes)) {
          watch.await(marker.advance());
          Random pauses = new Random(sizes.seed());
          measure(sizes.commits() / WARM_UP_SHARE, marker, watch, pauses);
          for (int repetition = 0; repetition < sizes.repeat(); repetition++) {
            double[] latencies = measure(sizes.commits(), marker, watch, pauses);
            figures.add(median, contender, quantile(latencies, 0.5));
            figures.add(high, contender, quantile(latencies, 0.99));
          }
          Content.NOTHING.requireSame(connection, watch.connection(), contender);
        }
        follower.stop();
      }
    }
  }

  /** Returns the latencies in milliseconds, sorted. */
  private double[] measure(int commits, Marker marker, Marker.Watch watch, Random pauses)
      throws SQLException, InterruptedException {
    double[] latencies = new double[commits];
    long due = System.nanoTime();
    for (int i = 0; i < commits; i++) {
      long averageNanos = TimeUnit.SECONDS.toNanos(1) / sizes.commitsPerSecond();
      due += averageNanos / 2 + (long) (pauses.nextDouble() * averageNanos);
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      long value = marker.advance();
      long committed = System.nanoTime();
      latencies[i] = Math.max(0, watch.awaitTightly(value) - committed) / 1e6;
    }
    Arrays.sort(latencies);
    return latencies;
  }

  static double quantile(double[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
