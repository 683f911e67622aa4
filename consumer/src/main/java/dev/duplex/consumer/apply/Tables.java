package dev.duplex.consumer.apply;

import dev.duplex.consumer.apply.RowStatement.SharedArrays;
import dev.duplex.schemas.change.RowFormat;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * The secondary's tables as this session knows them. After an error they are looked up again,
 * because an operator may have altered one. Not thread-safe.
 */
public final class Tables {
  private final Connection connection;
  private final TargetCatalog catalog;
  private final SharedArrays shared = new SharedArrays();
  private final Map<RowFormat, TableStatements> tables = new HashMap<>();

  public Tables(Connection connection) {
    this.connection = connection;
    this.catalog = new TargetCatalog(connection);
  }

  /** The value that the connection's property {@code binaryTransferEnable} must have. */
  public static String binaryParameters() {
    return ArrayType.oids();
  }

  TableStatements of(RowFormat format) throws SQLException {
    TableStatements table = tables.get(format);
    if (table == null) {
      table = new TableStatements(connection, catalog.find(format), shared);
      tables.put(format, table);
    }
    return table;
  }

  /** Forgets them all. */
  public void forget() throws SQLException {
    for (TableStatements table : tables.values()) {
      table.close();
    }
    tables.clear();
  }
}
