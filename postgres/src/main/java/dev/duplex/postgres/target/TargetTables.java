package dev.duplex.postgres.target;

import dev.duplex.database.target.RowBatch;
import dev.duplex.postgres.target.RowStatement.SharedArrays;
import dev.duplex.schemas.change.RowFormat;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * The secondary's tables as a session knows them. After an error they are looked up again, because
 * an operator may have altered one. Not thread-safe.
 */
final class TargetTables {
  private final Connection connection;
  private final TargetCatalog catalog;
  private final SharedArrays shared = new SharedArrays();
  private final RowBatch aside = new RowBatch();
  private final Map<RowFormat, PostgresTable> tables = new HashMap<>();

  TargetTables(Connection connection) {
    this.connection = connection;
    this.catalog = new TargetCatalog(connection);
  }

  PostgresTable of(RowFormat format) throws SQLException {
    PostgresTable table = tables.get(format);
    if (table == null) {
      table =
          new PostgresTable(new TableStatements(connection, catalog.find(format), shared), aside);
      tables.put(format, table);
    }
    return table;
  }

  /** Forgets them all. */
  void forget() throws SQLException {
    for (PostgresTable table : tables.values()) {
      table.close();
    }
    tables.clear();
  }
}
