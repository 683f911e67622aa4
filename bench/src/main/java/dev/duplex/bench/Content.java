package dev.duplex.bench;

import dev.duplex.lab.TpcbWorkload;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables of a benchmark: made the same on both sides, and compared by a fingerprint. */
interface Content {
  /** Only the marker that all have. */
  Content NOTHING =
      new Content() {
        @Override
        public void make(Connection connection) {}

        @Override
        public String fingerprint() {
          return "SELECT value FROM bench_marker";
        }
      };

  /** One empty table. */
  Content LARGE =
      new Content() {
        @Override
        public void make(Connection connection) throws SQLException {
          try (Statement statement = connection.createStatement()) {
            statement.execute(
                "CREATE TABLE bench_large (id bigint PRIMARY KEY, account int NOT NULL,"
                    + " amount numeric(12,2) NOT NULL, note text NOT NULL)");
          }
        }

        @Override
        public String fingerprint() {
          return "SELECT concat_ws(' ', count(*), sum(id), sum(account), sum(amount),"
              + " sum(length(note))) FROM bench_large";
        }
      };

  /** pgbench's tables. */
  static Content tpcb(int scale) {
    return new Content() {
      @Override
      public void make(Connection connection) throws SQLException {
        TpcbWorkload.initialize(connection, scale);
      }

      @Override
      public String fingerprint() {
        return "SELECT concat_ws(' ', (SELECT sum(aid::bigint * abalance) FROM pgbench_accounts),"
            + " (SELECT sum(tid * tbalance) FROM pgbench_tellers),"
            + " (SELECT sum(bid * bbalance) FROM pgbench_branches),"
            + " (SELECT concat_ws(' ', count(*), sum(aid::bigint * delta)) FROM pgbench_history))";
      }
    };
  }

  /** Fills an empty database. */
  void make(Connection connection) throws SQLException;

  /** A query whose one value tells whether two databases are the same. */
  String fingerprint();

  /**
   * Checks that a follower in step has what the primary has.
   *
   * @throws BenchException if it has not
   */
  default void requireSame(Connection primary, Connection secondary, Contender contender)
      throws SQLException {
    String expected = value(primary, fingerprint());
    String found = value(secondary, fingerprint());
    if (!expected.equals(found)) {
      throw new BenchException(
          "%s does not have what the primary has: %s instead of %s"
              .formatted(contender.title(), found, expected));
    }
  }

  private static String value(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
