package dev.duplex.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.duplex.bench.Figures.Better;
import dev.duplex.bench.Figures.Measure;
import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.PostgresServer;
import dev.duplex.producer.Duplex;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * What the library costs an application that waits for nothing: its data source with {@code
 * commit.mode: async} beside a bare HikariCP pool, on the same database, in turns. No relay runs.
 */
final class PoolCost implements Benchmark {
  private static final String DATABASE = "pool";
  private static final List<Contender> CONTENDERS = List.of(Contender.POOL, Contender.DUPLEX);
  private static final int TURNS = 10;

  private final Servers servers;
  private final Sizes sizes;
  private final Measure commits =
      new Measure("pool: transactions of one update, one thread", "tx/s", Better.MORE);
  private final Measure queries =
      new Measure("pool: SELECT 1 in auto-commit mode, one thread", "/s", Better.MORE);

  /** What is done over and over with a connection from a pool. */
  @FunctionalInterface
  private interface Work {
    void run(Connection connection, Statement statement) throws SQLException;
  }

  PoolCost(Servers servers, Sizes sizes) {
    this.servers = servers;
    this.sizes = sizes;
  }

  @Override
  public void run(Figures figures) throws IOException, SQLException, InterruptedException {
    Content content = Content.tpcb(1);
    servers.createOnPrimary(DATABASE, content);
    try (DuplexFollower follower =
        (DuplexFollower) servers.follower(Contender.DUPLEX, DATABASE, content)) {
      follower.create();
      try (HikariDataSource bare = bare();
          Duplex duplex = Duplex.open(DuplexConfig.load(follower.config()))) {
        Map<Contender, DataSource> sources =
            Map.of(Contender.POOL, bare, Contender.DUPLEX, duplex.dataSource());
        int count = sizes.commits() * 25;
        for (DataSource source : sources.values()) { // warms up
          double unused = seconds(source, count, PoolCost::update);
          unused = seconds(source, count, PoolCost::select);
        }
        servers.settle();
        for (int repetition = 0; repetition < sizes.repeat(); repetition++) {
          measure(figures, sources, repetition, count);
        }
      }
    }
  }

  /** In short turns, so that whatever else the machine does meets both alike. */
  private void measure(
      Figures figures, Map<Contender, DataSource> sources, int repetition, int count)
      throws SQLException {
    double[] updating = new double[CONTENDERS.size()];
    double[] selecting = new double[CONTENDERS.size()];
    int part = Math.max(1, count / TURNS);
    for (int turn = 0; turn < TURNS; turn++) {
      for (Contender contender : Contender.inTurn(CONTENDERS, repetition + turn)) {
        int index = CONTENDERS.indexOf(contender);
        DataSource source = Objects.requireNonNull(sources.get(contender));
        updating[index] += seconds(source, part, PoolCost::update);
        selecting[index] += seconds(source, 4 * part, PoolCost::select);
      }
    }
    for (Contender contender : CONTENDERS) {
      int index = CONTENDERS.indexOf(contender);
      figures.add(commits, contender, TURNS * part / updating[index]);
      figures.add(queries, contender, 4.0 * TURNS * part / selecting[index]);
    }
  }

  private static double seconds(DataSource source, int count, Work work) throws SQLException {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        work.run(connection, statement);
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static void update(Connection connection, Statement statement) throws SQLException {
    connection.setAutoCommit(false);
    int unused = statement.executeUpdate("UPDATE pgbench_branches SET bbalance = bbalance + 1");
    connection.commit();
  }

  private static void select(Connection connection, Statement statement) throws SQLException {
    statement.executeQuery("SELECT 1").close();
  }

  private HikariDataSource bare() {
    PostgresServer primary = servers.primary();
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(primary.jdbcUrl(DATABASE));
    pool.setUsername(primary.username());
    pool.setPassword(primary.password());
    return pool;
  }
}
