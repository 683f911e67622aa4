package dev.duplex.bench;

import dev.duplex.bench.Figures.Better;
import dev.duplex.bench.Figures.Measure;
import dev.duplex.lab.TpcbWorkload;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a follower costs the primary: its rate under full load with nobody, with PostgreSQL's own
 * replication and with Duplex attached, and how far behind the follower is then.
 */
final class PrimaryLoad implements Benchmark {
  private static final List<Contender> CONTENDERS =
      List.of(Contender.NONE, Contender.NATIVE, Contender.DUPLEX);
  private static final Duration WARM_UP = Duration.ofSeconds(3);

  private final Servers servers;
  private final Sizes sizes;
  private final Measure rate;
  private final Measure behind;

  PrimaryLoad(Servers servers, Sizes sizes) {
    this.servers = servers;
    this.sizes = sizes;
    String load = "TPC-B with %d clients at full speed".formatted(sizes.clients());
    this.rate = new Measure(load + ", the primary's rate", "tx/s", Better.MORE);
    this.behind =
        new Measure(load + ", time the follower needs to be in step afterwards", "s", Better.LESS);
  }

  @Override
  public void run(Figures figures) throws IOException, SQLException, InterruptedException {
    Content content = Content.tpcb(sizes.scale());
    Map<Contender, Follower> followers = new EnumMap<>(Contender.class);
    try (Resources resources = new Resources()) {
      for (Contender contender : CONTENDERS) {
        servers.createOnPrimary(database(contender), content);
        Follower follower =
            resources.add(servers.follower(contender, database(contender), content));
        follower.create();
        followers.put(contender, follower);
      }
      for (int repetition = 0; repetition < sizes.repeat(); repetition++) {
        for (Contender contender : Contender.inTurn(CONTENDERS, repetition)) {
          Follower follower = followers.get(contender);
          if (follower != null) {
            measure(follower, figures);
          }
        }
      }
    }
  }

  private void measure(Follower follower, Figures figures)
      throws IOException, SQLException, InterruptedException {
    Contender contender = follower.contender();
    TpcbWorkload load =
        TpcbWorkload.on(
            servers.primary(), database(contender), sizes.clients(), sizes.seed(), false);
    servers.settle();
    follower.start();
    load.run(WARM_UP);
    awaitStep(follower);
    figures.add(rate, contender, load.run(sizes.load()).transactionsPerSecond());
    if (contender != Contender.NONE) {
      figures.add(behind, contender, awaitStep(follower));
    }
    follower.stop();
  }

  /** Returns the seconds it took. */
  private double awaitStep(Follower follower) throws SQLException, InterruptedException {
    if (follower.contender() == Contender.NONE) {
      return 0;
    }
    try (Connection connection = servers.primary(database(follower.contender()));
        Marker marker = new Marker(connection);
        Marker.Watch watch = new Marker.Watch(servers, follower, sizes)) {
      long value = marker.advance();
      long start = System.nanoTime();
      return (watch.await(value) - start) / 1e9;
    }
  }

  private static String database(Contender contender) {
    return "load_" + contender.key();
  }
}
