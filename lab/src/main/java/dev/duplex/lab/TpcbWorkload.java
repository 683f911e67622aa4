package dev.duplex.lab;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * The TPC-B-like transaction of pgbench: the same tables (those of pgbench 18 below scale 20,000),
 * the same five statements in one transaction, with server-prepared statements.
 *
 * @param jdbcUrl the database, initialized
 * @param clients the connections, with a thread each
 * @param seed the same seed draws the same numbers in each client
 * @param tolerateOutage whether a client reconnects when its connection breaks; otherwise the first
 *     error ends the run
 * @param mostPerSecond how many transactions all clients together begin a second at most; 0 for no
 *     limit
 */
public record TpcbWorkload(
    String jdbcUrl,
    String username,
    String password,
    int clients,
    long seed,
    boolean tolerateOutage,
    int mostPerSecond) {

  static final int ACCOUNTS_PER_BRANCH = 100_000;
  static final int TELLERS_PER_BRANCH = 10;

  private static final String NAMES =
      "pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers";

  private static final String[] TABLES = {
    "CREATE TABLE pgbench_history"
        + " (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))",
    "CREATE TABLE pgbench_tellers"
        + " (tid int NOT NULL, bid int, tbalance int, filler char(84)) WITH (fillfactor=100)",
    "CREATE TABLE pgbench_accounts"
        + " (aid int NOT NULL, bid int, abalance int, filler char(84)) WITH (fillfactor=100)",
    "CREATE TABLE pgbench_branches"
        + " (bid int NOT NULL, bbalance int, filler char(88)) WITH (fillfactor=100)"
  };

  private static final String[] KEYS = {
    "ALTER TABLE pgbench_branches ADD PRIMARY KEY (bid)",
    "ALTER TABLE pgbench_tellers ADD PRIMARY KEY (tid)",
    "ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid)"
  };

  public TpcbWorkload {
    if (clients < 1) {
      throw new IllegalArgumentException("clients must be positive: " + clients);
    }
  }

  /** On a database of one of the laboratory's servers. */
  public static TpcbWorkload on(
      PostgresServer server, String database, int clients, long seed, boolean tolerateOutage) {
    return new TpcbWorkload(
        server.jdbcUrl(database),
        server.username(),
        server.password(),
        clients,
        seed,
        tolerateOutage,
        0);
  }

  /** The same at a limited rate, for tests of what happens beside it. */
  public TpcbWorkload atMost(int perSecond) {
    return new TpcbWorkload(jdbcUrl, username, password, clients, seed, tolerateOutage, perSecond);
  }

  /**
   * Drops pgbench's tables and makes them anew, in one transaction.
   *
   * @param connection in autocommit mode, as it is afterwards
   * @param scale branches; each has ten tellers and 100,000 accounts; 0 makes empty tables
   */
  public static void initialize(Connection connection, int scale) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS " + NAMES);
      for (String table : TABLES) {
        statement.execute(table);
      }
      fill(statement, scale);
      for (String key : KEYS) {
        statement.execute(key);
      }
      connection.commit();
      connection.setAutoCommit(true);
      statement.execute("VACUUM ANALYZE " + NAMES);
    } finally {
      if (!connection.isClosed() && !connection.getAutoCommit()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /**
   * Runs for this long.
   *
   * @throws LabException if a client failed
   */
  public Result run(Duration time) throws InterruptedException {
    TpcbRun run = new TpcbRun(this, Long.MAX_VALUE);
    run.start();
    return run.awaitEnd(time);
  }

  /**
   * Runs until so many transactions are committed, over all clients.
   *
   * @throws LabException if a client failed
   */
  public Result run(long transactions) throws InterruptedException {
    TpcbRun run = new TpcbRun(this, transactions);
    run.start();
    return run.awaitEnd(Duration.ofDays(1));
  }

  /** Starts the clients in the background, until {@link TpcbRun#stop}. */
  public TpcbRun start() {
    TpcbRun run = new TpcbRun(this, Long.MAX_VALUE);
    run.start();
    return run;
  }

  /** Tells everything but the password. */
  @Override
  public String toString() {
    return "TPC-B on %s as %s, %d clients, seed %d".formatted(jdbcUrl, username, clients, seed);
  }

  /**
   * What a run did.
   *
   * @param transactions acknowledged as committed
   * @param failed known not to be committed, as the error came before the commit was sent
   * @param uncertain whose connection broke during the commit: each may be committed or not
   * @param connectionFailures vain attempts to connect
   * @param elapsed from the start of the first client to the end of the last
   * @param p50 from before BEGIN to after COMMIT of the acknowledged ones, as all latencies
   */
  public record Result(
      long transactions,
      long failed,
      long uncertain,
      long connectionFailures,
      Duration elapsed,
      Duration p50,
      Duration p95,
      Duration p99,
      Duration longest) {

    /** Acknowledged transactions a second. */
    public double transactionsPerSecond() {
      return transactions * 1e9 / Math.max(1, elapsed.toNanos());
    }
  }

  private static void fill(Statement statement, int scale) throws SQLException {
    statement.execute(
        "INSERT INTO pgbench_branches (bid, bbalance) SELECT bid, 0 FROM generate_series(1, %d) bid"
            .formatted(scale));
    statement.execute(
        ("INSERT INTO pgbench_tellers (tid, bid, tbalance)"
                + " SELECT tid, (tid - 1) / %d + 1, 0 FROM generate_series(1, %d) tid")
            .formatted(TELLERS_PER_BRANCH, TELLERS_PER_BRANCH * scale));
    statement.execute(
        ("INSERT INTO pgbench_accounts (aid, bid, abalance, filler)"
                + " SELECT aid, (aid - 1) / %d + 1, 0, '' FROM generate_series(1, %d) aid")
            .formatted(ACCOUNTS_PER_BRANCH, ACCOUNTS_PER_BRANCH * scale));
  }
}
