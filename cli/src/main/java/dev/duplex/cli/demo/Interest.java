package dev.duplex.cli.demo;

import dev.duplex.lab.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Books interest, a thousand accounts in a transaction, so that the diff file has something to
 * hold. Owned by one thread.
 */
final class Interest implements AutoCloseable {
  static final int ACCOUNTS = 1_000;
  private static final int ALL_ACCOUNTS = 100_000;

  private final Connection connection;
  private final PreparedStatement statement;
  private int next = 1;

  Interest(PostgresServer primary, String database) throws SQLException {
    connection = primary.connect(database);
    statement =
        connection.prepareStatement(
            "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid BETWEEN ? AND ?");
  }

  /** One transaction. */
  void book() throws SQLException {
    statement.setInt(1, next);
    statement.setInt(2, next + ACCOUNTS - 1);
    statement.executeUpdate();
    next = next + ACCOUNTS > ALL_ACCOUNTS ? 1 : next + ACCOUNTS;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
