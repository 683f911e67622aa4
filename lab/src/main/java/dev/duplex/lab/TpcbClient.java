package dev.duplex.lab;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link TpcbRun}. Its counters may be read when its thread has ended. */
final class TpcbClient {
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(20);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(1);
  private static final int LARGEST_DELTA = 5_000;
  private static final long SEED_STEP = 0x9E3779B97F4A7C15L;

  private final TpcbWorkload workload;
  private final TpcbRun run;
  private final Random random;
  private final LatencyHistogram latencies = new LatencyHistogram();
  private volatile @Nullable Connection current;
  private volatile @Nullable Exception failure;
  private Duration backoff = FIRST_BACKOFF;
  private boolean committing;
  private long failed;
  private long uncertain;
  private long connectionFailures;

  TpcbClient(TpcbWorkload workload, int number, TpcbRun run) {
    this.workload = workload;
    this.run = run;
    this.random = new Random(workload.seed() + SEED_STEP * number);
  }

  LatencyHistogram latencies() {
    return latencies;
  }

  long failed() {
    return failed;
  }

  long uncertain() {
    return uncertain;
  }

  long connectionFailures() {
    return connectionFailures;
  }

  /** What ended this client early. */
  @Nullable Exception failure() {
    return failure;
  }

  void abort() {
    Connection connection = current;
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        failure = e;
      }
    }
  }

  /** Works until the budget is used up or the run stops. */
  void run() {
    try {
      boolean goOn = true;
      while (goOn) {
        goOn = connectAndWork();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (SQLException | RuntimeException e) {
      failure = e;
    }
  }

  /** One connection's life; false when there is nothing left to do. */
  private boolean connectAndWork() throws SQLException, InterruptedException {
    boolean connected = false;
    try (Connection connection = connect()) {
      current = connection;
      connected = true;
      work(connection);
      return false;
    } catch (SQLException e) {
      if (!workload.tolerateOutage() || !isOutage(e)) {
        throw e;
      }
      connectionFailures += connected ? 0 : 1;
      boolean goOn = run.pause(backoff);
      Duration twice = backoff.multipliedBy(2);
      backoff = twice.compareTo(LONGEST_BACKOFF) < 0 ? twice : LONGEST_BACKOFF;
      return goOn;
    } finally {
      current = null;
    }
  }

  private void work(Connection connection) throws SQLException, InterruptedException {
    connection.setAutoCommit(false);
    int scale = scale(connection);
    try (PreparedStatement account =
            connection.prepareStatement(
                "UPDATE pgbench_accounts SET abalance = abalance + ? WHERE aid = ?");
        PreparedStatement balance =
            connection.prepareStatement("SELECT abalance FROM pgbench_accounts WHERE aid = ?");
        PreparedStatement teller =
            connection.prepareStatement(
                "UPDATE pgbench_tellers SET tbalance = tbalance + ? WHERE tid = ?");
        PreparedStatement branch =
            connection.prepareStatement(
                "UPDATE pgbench_branches SET bbalance = bbalance + ? WHERE bid = ?");
        PreparedStatement history =
            connection.prepareStatement(
                "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime)"
                    + " VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)")) {
      while (run.take()) {
        int aid = 1 + random.nextInt(scale * TpcbWorkload.ACCOUNTS_PER_BRANCH);
        int bid = 1 + random.nextInt(scale);
        int tid = 1 + random.nextInt(scale * TpcbWorkload.TELLERS_PER_BRANCH);
        int delta = random.nextInt(2 * LARGEST_DELTA + 1) - LARGEST_DELTA;
        long start = System.nanoTime();
        committing = false;
        try {
          execute(account, delta, aid);
          balance.setInt(1, aid);
          try (ResultSet row = balance.executeQuery()) {
            row.next();
          }
          execute(teller, delta, tid);
          execute(branch, delta, bid);
          execute(history, tid, bid, aid, delta);
          committing = true;
          connection.commit();
        } catch (SQLException e) {
          countFailure();
          throw e;
        }
        latencies.record(System.nanoTime() - start);
        run.acknowledge();
        backoff = FIRST_BACKOFF;
      }
    }
    connection.rollback();
  }

  private void countFailure() {
    run.giveBack();
    if (committing) {
      uncertain++;
    } else {
      failed++;
    }
  }

  private static void execute(PreparedStatement statement, int... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setInt(i + 1, parameters[i]);
    }
    statement.executeUpdate();
  }

  private static int scale(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("SELECT count(*) FROM pgbench_branches")) {
      count.next();
      int scale = count.getInt(1);
      connection.commit();
      if (scale == 0) {
        throw new LabException("pgbench_branches is empty; call TpcbWorkload.initialize first");
      }
      return scale;
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", workload.username());
    properties.setProperty("password", workload.password());
    // Prepared on the server at the first execution already.
    properties.setProperty("prepareThreshold", "1");
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("loginTimeout", "5");
    properties.setProperty("socketTimeout", "30");
    return DriverManager.getConnection(workload.jdbcUrl(), properties);
  }

  /** Classes 08 (connection) and 57 (operator intervention): the server is gone or going. */
  private static boolean isOutage(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57"));
  }
}
