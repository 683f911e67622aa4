package dev.duplex.bench;

import dev.duplex.bench.Figures.Better;
import dev.duplex.bench.Figures.Measure;
import dev.duplex.lab.TpcbWorkload;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How fast a follower that was stopped gets in step: all contenders stop, the primary is written
 * to, and one after the other starts and works off the same backlog.
 */
final class CatchUp implements Benchmark {
  private static final String DATABASE = "backlog";
  private static final List<Contender> CONTENDERS =
      List.of(Contender.NATIVE, Contender.DUPLEX, Contender.DUPLEX_FROM_KAFKA);

  private final Servers servers;
  private final Sizes sizes;
  private final Measure total;
  private final Measure rate;

  CatchUp(Servers servers, Sizes sizes) {
    this.servers = servers;
    this.sizes = sizes;
    String backlog = "catch-up of %,d TPC-B transactions".formatted(sizes.backlog());
    this.total = new Measure(backlog + ", from start of the follower", "s", Better.LESS);
    this.rate = new Measure(backlog + ", rate once it has begun", "tx/s", Better.MORE);
  }

  @Override
  public void run(Figures figures) throws IOException, SQLException, InterruptedException {
    Content content = Content.tpcb(sizes.scale());
    servers.createOnPrimary(DATABASE, content);
    Map<Contender, Follower> followers = new EnumMap<>(Contender.class);
    try (Resources resources = new Resources();
        Connection connection = servers.primary(DATABASE);
        Marker marker = new Marker(connection)) {
      for (Contender contender : CONTENDERS) {
        Follower follower = resources.add(servers.follower(contender, DATABASE, content));
        follower.create();
        followers.put(contender, follower);
      }
      for (int repetition = 0; repetition < sizes.repeat(); repetition++) {
        long first = marker.advance();
        backlog(repetition);
        long last = marker.advance();
        for (Follower follower : followers.values()) {
          follower.awaitQuiet();
        }
        for (Contender contender : Contender.inTurn(CONTENDERS, repetition)) {
          Follower follower = followers.get(contender);
          if (follower != null) {
            catchUp(follower, first, last, figures);
            verify(content, connection, follower);
          }
        }
      }
    }
  }

  private void backlog(int repetition) throws InterruptedException {
    TpcbWorkload.on(servers.primary(), DATABASE, sizes.clients(), sizes.seed() + repetition, false)
        .run(sizes.backlog());
  }

  private void catchUp(Follower follower, long first, long last, Figures figures)
      throws IOException, SQLException, InterruptedException {
    servers.settle();
    try (Marker.Watch watch = new Marker.Watch(servers, follower, sizes)) {
      long before = transactions(watch.connection());
      long start = System.nanoTime();
      follower.start();
      watch.await(first);
      long begun = System.nanoTime();
      long left = sizes.backlog() - (transactions(watch.connection()) - before);
      long inStep = watch.await(last);
      figures.add(total, follower.contender(), (inStep - start) / 1e9);
      if (left > sizes.backlog() / 2) {
        figures.add(rate, follower.contender(), left * 1e9 / (inStep - begun));
      }
    }
    follower.stop();
  }

  private static long transactions(Connection secondary) throws SQLException {
    try (Statement statement = secondary.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM pgbench_history")) {
      row.next();
      return row.getLong(1);
    }
  }

  private void verify(Content content, Connection primary, Follower follower) throws SQLException {
    try (Connection secondary = servers.secondary(follower.database())) {
      content.requireSame(primary, secondary, follower.contender());
    }
  }
}
