package dev.duplex.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGStatement;

/**
 * A number in a row of the primary that only grows. As followers take over whole transactions in
 * commit order, one that shows a number has everything that was committed before, and all of the
 * transaction that set it. Owned by one thread.
 */
final class Marker implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement update;

  /**
   * @param connection to the primary, which the marker does not close; in whatever commit mode
   */
  Marker(Connection connection) throws SQLException {
    this.connection = connection;
    this.update =
        connection.prepareStatement(
            "UPDATE bench_marker SET value = value + 1 WHERE id = 1 RETURNING value");
  }

  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE bench_marker (id int PRIMARY KEY, value bigint NOT NULL)");
      statement.execute("INSERT INTO bench_marker VALUES (1, 0)");
    }
  }

  /** Sets the next number, within the connection's transaction if there is one, and returns it. */
  long advance() throws SQLException {
    try (ResultSet row = update.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  Connection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException {
    update.close();
  }

  /** Where a follower stands: asks one prepared statement over and over. Owned by one thread. */
  static final class Watch implements AutoCloseable {
    private static final int SPINS_BETWEEN_CHECKS = 64;
    private static final long PAUSE_NANOS = 1_000_000;

    private final Connection connection;
    private final PreparedStatement query;
    private final Follower follower;
    private final long limitNanos;

    Watch(Servers servers, Follower follower, Sizes sizes) throws SQLException {
      this.connection = servers.secondary(follower.database());
      this.query = connection.prepareStatement("SELECT value FROM bench_marker WHERE id = 1");
      query.unwrap(PGStatement.class).setPrepareThreshold(1);
      this.follower = follower;
      this.limitNanos = sizes.limit().toNanos();
    }

    /** To check the follower's content with. */
    Connection connection() {
      return connection;
    }

    /**
     * Asks every millisecond, to leave the processors to the follower.
     *
     * @return when it was seen, as {@link System#nanoTime}
     * @throws BenchException if the follower ends, or is not there within the limit
     */
    long await(long value) throws SQLException, InterruptedException {
      return await(value, true);
    }

    /** As {@link #await}, without a pause between two questions. */
    long awaitTightly(long value) throws SQLException, InterruptedException {
      return await(value, false);
    }

    private long await(long value, boolean pause) throws SQLException, InterruptedException {
      long start = System.nanoTime();
      for (int asked = 1; ; asked++) {
        long seen = ask();
        long now = System.nanoTime();
        if (seen >= value) {
          return now;
        }
        if (pause || asked % SPINS_BETWEEN_CHECKS == 0) {
          check(now - start);
        }
        if (pause) {
          TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
        }
      }
    }

    private long ask() throws SQLException {
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }

    private void check(long elapsedNanos) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped");
      }
      follower.requireAlive();
      if (elapsedNanos > limitNanos) {
        throw new BenchException(
            "%s is not in step after %d s"
                .formatted(follower.contender().title(), elapsedNanos / 1_000_000_000));
      }
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
