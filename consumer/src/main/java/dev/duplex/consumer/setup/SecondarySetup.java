package dev.duplex.consumer.setup;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.Secret;
import dev.duplex.consumer.checkpoint.CheckpointStore;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.SqlName;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prepares a secondary, for {@code duplex init} and {@code duplex remove}. Every method is a
 * transaction of its own and throws {@link SetupException} with what to do. Not thread-safe.
 */
public final class SecondarySetup implements AutoCloseable {
  private static final String EXISTS =
      """
      SELECT EXISTS (SELECT FROM pg_catalog.pg_class c
                       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p'))
      """;

  private final Connection connection;
  private final String username;

  private SecondarySetup(Connection connection, String username) {
    this.connection = connection;
    this.username = username;
  }

  /** Opens a session; waits at most 10 s for the server. */
  public static SecondarySetup open(DatabaseConfig database) {
    try {
      Connection connection =
          PostgresSession.open(
              database.jdbcUrl(),
              database.username(),
              database.password().map(Secret::reveal).orElse(null),
              "duplex init",
              Map.of());
      return new SecondarySetup(connection, database.username());
    } catch (SQLException e) {
      throw new SetupException(
          "cannot connect to the secondary: " + SqlFailure.line(e) + "; correct secondary", e);
    }
  }

  /** Checks that an applier may keep the secondary's triggers from acting on its changes. */
  public void checkPrivilege() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET session_replication_role = replica");
      statement.execute("RESET session_replication_role");
    } catch (SQLException e) {
      throw new SetupException(
          "the secondary's user may not set session_replication_role ("
              + SqlFailure.line(e)
              + "); run GRANT SET ON PARAMETER session_replication_role TO "
              + SqlName.quote(username)
              + " there as superuser (before PostgreSQL 15: make it superuser)",
          e);
    }
  }

  /** Of the given tables, those that the secondary lacks. */
  public List<TableId> missing(List<TableId> tables) {
    try (PreparedStatement statement = connection.prepareStatement(EXISTS)) {
      List<TableId> missing = new ArrayList<>();
      for (TableId table : tables) {
        statement.setString(1, table.schema());
        statement.setString(2, table.name());
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          if (!row.getBoolean(1)) {
            missing.add(table);
          }
        }
      }
      return missing;
    } catch (SQLException e) {
      throw failure("look for tables", e);
    }
  }

  /**
   * Creates the tables that the secondary lacks as the primary has them.
   *
   * @param primary a session made by {@link PostgresSession}
   * @return what was created
   */
  public List<TableId> createTables(Connection primary, List<TableId> tables) {
    List<TableId> missing = missing(tables);
    inTransaction(
        "create tables", () -> new TableCreator(primary, connection).create(missing, tables));
    return missing;
  }

  /** Creates {@code duplex.applied} unless it is there. */
  public void createCheckpointTable() {
    inTransaction(
        "create duplex.applied; the user needs CREATE on the database",
        () -> new CheckpointStore(connection, new Link("any")).createTable());
  }

  /** How far the secondary is; nothing if the link is not known to it. */
  public Optional<Checkpoint> checkpoint(Link link) {
    try {
      return new CheckpointStore(connection, link).find();
    } catch (SQLException e) {
      throw failure("read duplex.applied", e);
    }
  }

  /**
   * Sets where an applier goes on, for a new link or one that is copied anew; one that runs is
   * fenced, and goes on from there.
   *
   * @param topicId Kafka's id of the changes topic
   * @param offset the next one to read of it, e.g. of a copy's BEGIN
   * @param at the secondary is as the primary was then
   */
  public void start(
      Link link, PrimaryIdentity identity, String topicId, long offset, AppliedTransaction at) {
    inTransaction(
        "write duplex.applied",
        () -> new CheckpointStore(connection, link).start(identity, topicId, offset, at));
  }

  /** Forgets a link. */
  public void remove(Link link) {
    inTransaction("write duplex.applied", () -> new CheckpointStore(connection, link).remove());
  }

  private interface Work {
    void run() throws SQLException;
  }

  private void inTransaction(String what, Work work) {
    try {
      connection.setAutoCommit(false);
      work.run();
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException | RuntimeException e) {
      rollBack(e);
      throw e instanceof SQLException sql ? failure(what, sql) : (RuntimeException) e;
    }
  }

  private void rollBack(Exception cause) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private static SetupException failure(String what, SQLException e) {
    return new SetupException("the secondary cannot " + what + ": " + SqlFailure.line(e), e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure("close the session", e);
    }
  }
}
