package dev.duplex.postgres.source;

import dev.duplex.database.source.SourceSnapshot;
import dev.duplex.database.source.TableRows;
import dev.duplex.postgres.catalog.TableCatalog;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlName;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * A session that sees the primary as it was at the slot's consistent point.
 *
 * <p>Owned by one thread.
 */
final class CopySnapshot implements SourceSnapshot {
  private final Connection session;

  private CopySnapshot(Connection session) {
    this.session = session;
  }

  /**
   * Begins on a snapshot that another session has exported and still holds.
   *
   * @param session is this object's
   */
  static CopySnapshot open(Connection session, String snapshot) throws SQLException {
    try {
      session.setAutoCommit(false);
      session.setReadOnly(true);
      session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (Statement statement = session.createStatement()) {
        statement.execute("SET TRANSACTION SNAPSHOT " + SqlName.literal(snapshot));
        // Rather an error than rows left out.
        statement.execute("SET row_security = off");
      }
      return new CopySnapshot(session);
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  @Override
  public Table table(TableId id) throws SQLException {
    return new TableCatalog(session)
        .find(id)
        .orElseThrow(() -> new SetupException("primary: table " + id + " is gone; run init again"));
  }

  @Override
  public String database() throws SQLException {
    return session.getCatalog();
  }

  /** From the planner's statistics. */
  @Override
  public long estimatedRows(List<TableId> tables) throws SQLException {
    String sql =
        "SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint"
            + " FROM pg_catalog.pg_class c WHERE c.relkind = 'r' AND c.oid IN"
            + " (SELECT coalesce(p.relid, t.oid) FROM (SELECT pg_catalog.to_regclass(?) AS oid) t"
            + " LEFT JOIN LATERAL pg_catalog.pg_partition_tree(t.oid) p ON true)";
    long rows = 0;
    try (PreparedStatement statement = session.prepareStatement(sql)) {
      for (TableId table : tables) {
        statement.setString(1, table.sql());
        try (ResultSet row = statement.executeQuery()) {
          rows += row.next() ? row.getLong(1) : 0;
        }
      }
    }
    return rows;
  }

  @Override
  public TableRows read(Table table) throws SQLException {
    String columns =
        table.columns().stream()
            .map(Column::name)
            .map(SqlName::quote)
            .collect(Collectors.joining(", "));
    // A table that others inherit from has rows of its own; those of the others are theirs.
    String only = isPartitioned(table.id()) ? "" : "ONLY ";
    String sql = "COPY (SELECT " + columns + " FROM " + only + table.id().sql() + ") TO STDOUT";
    return new CopyRows(session.unwrap(PGConnection.class).getCopyAPI().copyOut(sql));
  }

  private boolean isPartitioned(TableId table) throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            "SELECT relkind = 'p' FROM pg_catalog.pg_class"
                + " WHERE oid = pg_catalog.to_regclass(?)")) {
      statement.setString(1, table.sql());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
