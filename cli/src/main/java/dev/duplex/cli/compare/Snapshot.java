package dev.duplex.cli.compare;

import dev.duplex.cli.shell.Session;
import dev.duplex.config.DatabaseConfig;
import dev.duplex.postgres.catalog.TableCatalog;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One database as it is at one moment.
 *
 * <p>Owned by one thread, except while a {@link RowReader} has the session.
 */
final class Snapshot implements AutoCloseable {
  private final Connection session;

  private Snapshot(Connection session) {
    this.session = session;
  }

  static Snapshot open(String side, DatabaseConfig database) throws SQLException {
    Connection session = Session.open(side, database, "compare");
    try {
      session.setAutoCommit(false);
      session.setReadOnly(true);
      session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (Statement statement = session.createStatement()) {
        // Rather an error than rows left out. The first query takes the snapshot.
        statement.execute("SET row_security = off");
        statement.execute("SELECT 1");
      }
      return new Snapshot(session);
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  List<TableId> publishedTables(String publication) throws SQLException {
    List<TableId> tables = new ArrayList<>();
    try (PreparedStatement statement =
        session.prepareStatement(
            "SELECT schemaname, tablename FROM pg_catalog.pg_publication_tables"
                + " WHERE pubname = ? ORDER BY 1, 2")) {
      statement.setString(1, publication);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tables.add(new TableId(rows.getString(1), rows.getString(2)));
        }
      }
    }
    return tables;
  }

  Optional<Table> table(TableId id) throws SQLException {
    return new TableCatalog(session).find(id);
  }

  List<String> primaryKey(TableId id) throws SQLException {
    return new TableCatalog(session).primaryKey(id);
  }

  /** About how many rows a table has; 0 if unknown. */
  long estimatedRows(TableId id) throws SQLException {
    return number(
        "SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint FROM pg_catalog.pg_class c"
            + " WHERE c.oid = pg_catalog.to_regclass(?)",
        id);
  }

  boolean isPartitioned(TableId id) throws SQLException {
    return number(
            "SELECT count(*) FROM pg_catalog.pg_class"
                + " WHERE oid = pg_catalog.to_regclass(?) AND relkind = 'p'",
            id)
        > 0;
  }

  RowReader read(TablePlan plan, String side) throws SQLException {
    return RowReader.start(
        session,
        plan.sql(isPartitioned(plan.primary().id())),
        plan.order(),
        "duplex-compare-" + side);
  }

  private long number(String sql, TableId id) throws SQLException {
    try (PreparedStatement statement = session.prepareStatement(sql)) {
      statement.setString(1, id.sql());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
