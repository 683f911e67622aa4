package dev.duplex.postgres.target;

import dev.duplex.database.SqlFailure;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.TargetSetup;
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
import java.util.Optional;

/** Prepares a PostgreSQL secondary. */
public final class PostgresTargetSetup implements TargetSetup {
  private static final String EXISTS =
      """
      SELECT EXISTS (SELECT FROM pg_catalog.pg_class c
                       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p'))
      """;

  private final Connection connection;
  private final String username;

  private PostgresTargetSetup(Connection connection, String username) {
    this.connection = connection;
    this.username = username;
  }

  /** Sets up over a session; that is closed if the server does not say whose it is. */
  public static PostgresTargetSetup over(Connection session) throws SQLException {
    try {
      return new PostgresTargetSetup(session, session.getMetaData().getUserName());
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  @Override
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

  @Override
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

  @Override
  public List<TableId> createTables(Connection primary, List<TableId> tables) {
    List<TableId> missing = missing(tables);
    inTransaction(
        "create tables", () -> new TableCreator(primary, connection).create(missing, tables));
    return missing;
  }

  @Override
  public boolean hasCheckpointTable() {
    try {
      return holds("SELECT pg_catalog.to_regclass('duplex.applied') IS NOT NULL");
    } catch (SQLException e) {
      throw failure("look for duplex.applied", e);
    }
  }

  @Override
  public void createCheckpointTable() {
    inTransaction(
        "create duplex.applied; the user needs CREATE on the database",
        () -> new CheckpointStore(connection, new Link("any")).createTable());
  }

  @Override
  public Optional<Checkpoint> checkpoint(Link link) {
    try {
      return hasCheckpointTable() ? new CheckpointStore(connection, link).find() : Optional.empty();
    } catch (SQLException e) {
      throw failure("read duplex.applied", e);
    }
  }

  @Override
  public void start(
      Link link, PrimaryIdentity identity, String topicId, long offset, AppliedTransaction at) {
    inTransaction(
        "write duplex.applied",
        () -> new CheckpointStore(connection, link).start(identity, topicId, offset, at));
  }

  @Override
  public void startCopy(Link link, String copyId, long offset, long transactions, long changes) {
    inTransaction(
        "write duplex.applied",
        () ->
            new CheckpointStore(connection, link).startCopy(copyId, offset, transactions, changes));
  }

  @Override
  public boolean remove(Link link) {
    if (!hasCheckpointTable()) {
      return false;
    }
    boolean known = checkpoint(link).isPresent();
    inTransaction(
        "write duplex.applied",
        () -> {
          new CheckpointStore(connection, link).remove();
          dropUnused();
        });
    return known;
  }

  private void dropUnused() throws SQLException {
    if (holds("SELECT EXISTS (SELECT FROM duplex.applied)")) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE duplex.applied");
      if (!holds(
          "SELECT EXISTS (SELECT FROM pg_catalog.pg_class"
              + " WHERE relnamespace = 'duplex'::regnamespace)")) {
        statement.execute("DROP SCHEMA duplex");
      }
    }
  }

  private boolean holds(String question) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(question)) {
      return row.next() && row.getBoolean(1);
    }
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
