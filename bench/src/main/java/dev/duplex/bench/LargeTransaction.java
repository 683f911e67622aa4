package dev.duplex.bench;

import dev.duplex.bench.Figures.Better;
import dev.duplex.bench.Figures.Measure;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * How long after the commit of one large transaction the follower shows it: one of inserts, then
 * one that updates all these rows. The contenders have databases of their own on the same servers;
 * only one is at work.
 */
final class LargeTransaction implements Benchmark {
  private static final List<Contender> CONTENDERS = List.of(Contender.NATIVE, Contender.DUPLEX);
  private static final String INSERT =
      "INSERT INTO bench_large SELECT id, id %% 1000, id / 100.0, 'transfer number ' || id"
          + " FROM generate_series(1, %d) id";
  private static final String UPDATE = "UPDATE bench_large SET amount = amount + 1";

  private final Servers servers;
  private final Sizes sizes;
  private final Measure inserts;
  private final Measure updates;

  LargeTransaction(Servers servers, Sizes sizes) {
    this.servers = servers;
    this.sizes = sizes;
    this.inserts = measure("inserts");
    this.updates = measure("updates");
  }

  private Measure measure(String what) {
    return new Measure(
        "one transaction of %,d %s, from commit to visible".formatted(sizes.rows(), what),
        "s",
        Better.LESS);
  }

  @Override
  public void run(Figures figures) throws IOException, SQLException, InterruptedException {
    for (Contender contender : CONTENDERS) {
      String database = "large_" + contender.key();
      servers.createOnPrimary(database, Content.LARGE);
      try (Follower follower = servers.follower(contender, database, Content.LARGE);
          Connection connection = servers.primary(database);
          Marker marker = new Marker(connection)) {
        follower.create();
        follower.start();
        try (Marker.Watch watch = new Marker.Watch(servers, follower, sizes)) {
          watch.await(marker.advance());
          connection.setAutoCommit(false);
          for (int repetition = 0; repetition < sizes.repeat(); repetition++) {
            transaction("TRUNCATE bench_large", marker, watch);
            figures.add(
                inserts, contender, measured(INSERT.formatted(sizes.rows()), marker, watch));
            Content.LARGE.requireSame(connection, watch.connection(), contender);
            figures.add(updates, contender, measured(UPDATE, marker, watch));
            Content.LARGE.requireSame(connection, watch.connection(), contender);
            connection.commit();
          }
        }
        follower.stop();
      }
    }
  }

  private double measured(String sql, Marker marker, Marker.Watch watch)
      throws SQLException, InterruptedException {
    servers.settle();
    return transaction(sql, marker, watch);
  }

  /** Returns the seconds from the end of the commit until it is visible; 0 if it was before. */
  private static double transaction(String sql, Marker marker, Marker.Watch watch)
      throws SQLException, InterruptedException {
    Connection connection = marker.connection();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    long value = marker.advance();
    connection.commit();
    long committed = System.nanoTime();
    return Math.max(0, watch.await(value) - committed) / 1e9;
  }
}
