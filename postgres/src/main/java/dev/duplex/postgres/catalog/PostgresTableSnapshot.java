package dev.duplex.postgres.catalog;

import dev.duplex.database.rows.OrderedRead;
import dev.duplex.database.rows.RowLines;
import dev.duplex.database.rows.TableSnapshot;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;

/** A repeatable-read transaction on PostgreSQL. */
public final class PostgresTableSnapshot implements TableSnapshot {
  private final Connection session;

  private PostgresTableSnapshot(Connection session) {
    this.session = session;
  }

  /** Begins the transaction; the session is closed if that fails. */
  public static PostgresTableSnapshot begin(Connection session) throws SQLException {
    try {
      session.setAutoCommit(false);
      session.setReadOnly(true);
      session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (Statement statement = session.createStatement()) {
        // Rather an error than rows left out. The first query takes the snapshot.
        statement.execute("SET row_security = off");
        statement.execute("SELECT 1");
      }
      return new PostgresTableSnapshot(session);
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  @Override
  public Optional<Table> table(TableId id) throws SQLException {
    return new TableCatalog(session).find(id);
  }

  @Override
  public List<String> primaryKey(TableId id) throws SQLException {
    return new TableCatalog(session).primaryKey(id);
  }

  @Override
  public long estimatedRows(TableId id) throws SQLException {
    return number(
        "SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint FROM pg_catalog.pg_class c"
            + " WHERE c.oid = pg_catalog.to_regclass(?)",
        id);
  }

  private boolean isPartitioned(TableId id) throws SQLException {
    return number(
            "SELECT count(*) FROM pg_catalog.pg_class"
                + " WHERE oid = pg_catalog.to_regclass(?) AND relkind = 'p'",
            id)
        > 0;
  }

  @Override
  public RowLines read(OrderedRead read) throws SQLException {
    String sql = OrderedCopy.sql(read, isPartitioned(read.table()));
    return new CopyLines(session.unwrap(PGConnection.class).getCopyAPI().copyOut(sql));
  }

  @Override
  public void abort() throws SQLException {
    session.abort(Runnable::run);
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
