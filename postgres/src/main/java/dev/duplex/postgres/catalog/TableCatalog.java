package dev.duplex.postgres.catalog;

import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads table shapes from PostgreSQL's catalog; for one table it gives the same shape as pgoutput's
 * Relation message, so both lead to one row schema.
 *
 * <p>Not thread-safe: uses one connection, in whatever transaction that is in.
 */
public final class TableCatalog {
  // The key columns follow pgoutput: the primary key unless it is deferrable, the chosen index, or
  // the whole row; columns that an index only includes are not among its key (PostgreSQL,
  // src/backend/utils/cache/relcache.c, RelationGetIndexList and RelationGetIdentityKeyBitmap).
  private static final String COLUMNS =
      """
      SELECT a.attname,
             CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(b.oid, -1)
                  ELSE pg_catalog.format_type(t.oid, -1) END AS type_name,
             CASE WHEN t.typtype = 'd' THEN -1 ELSE a.atttypmod END AS modifier,
             CASE c.relreplident
               WHEN 'f' THEN true
               WHEN 'd' THEN coalesce(
                 a.attnum = ANY ((pk.indkey::int2[])[0:pk.indnkeyatts - 1]), false)
               WHEN 'i' THEN coalesce(
                 a.attnum = ANY ((ri.indkey::int2[])[0:ri.indnkeyatts - 1]), false)
               ELSE false END AS is_key,
             c.relreplident = 'f' AS full_row
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = (
             WITH RECURSIVE base(oid, typtype, typbasetype) AS (
               SELECT t.oid, t.typtype, t.typbasetype
               UNION ALL
               SELECT x.oid, x.typtype, x.typbasetype FROM base
                 JOIN pg_catalog.pg_type x ON x.oid = base.typbasetype WHERE base.typtype = 'd')
             SELECT base.oid FROM base WHERE base.typtype <> 'd')
        LEFT JOIN pg_catalog.pg_index pk
               ON pk.indrelid = c.oid AND pk.indisprimary AND pk.indimmediate
        LEFT JOIN pg_catalog.pg_index ri ON ri.indrelid = c.oid AND ri.indisreplident
       WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p') AND a.attgenerated = ''
       ORDER BY a.attnum
      """;

  private static final String PRIMARY_KEY =
      """
      SELECT a.attname
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
        JOIN pg_catalog.pg_attribute a
          ON a.attrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
       WHERE n.nspname = ? AND c.relname = ?
       ORDER BY array_position(i.indkey::int2[], a.attnum)
      """;

  private final Connection connection;

  public TableCatalog(Connection connection) {
    this.connection = connection;
  }

  /** The shape of a table, or nothing if there is no such ordinary or partitioned table. */
  public Optional<Table> find(TableId id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, id.schema());
      statement.setString(2, id.name());
      List<Column> columns = new ArrayList<>();
      boolean fullRow = false;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          SqlType type = new SqlType(rows.getString(2), rows.getInt(3));
          columns.add(new Column(rows.getString(1), type, rows.getBoolean(4)));
          fullRow = rows.getBoolean(5);
        }
      }
      return columns.isEmpty() ? Optional.empty() : Optional.of(new Table(id, columns, fullRow));
    }
  }

  /** The columns of the primary key in the key's order; empty if there is none. */
  public List<String> primaryKey(TableId id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PRIMARY_KEY)) {
      statement.setString(1, id.schema());
      statement.setString(2, id.name());
      List<String> names = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      return names;
    }
  }
}
