package dev.duplex.postgres.target;

import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.SqlName;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/** Reads from the primary's catalog what makes a table, as SQL. Not thread-safe. */
final class TableDefinition {
  private static final String TABLE =
      """
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      """;
  private static final String OF_TABLE = " WHERE n.nspname = ? AND c.relname = ? ";

  private static final String COLUMNS =
      """
      SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
             CASE WHEN a.attcollation <> t.typcollation
                  THEN pg_catalog.quote_ident(cn.nspname) || '.'
                       || pg_catalog.quote_ident(co.collname) END AS collation,
             a.attgenerated AS generated, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
             EXISTS (SELECT FROM pg_catalog.pg_depend p
                       JOIN pg_catalog.pg_class s ON s.oid = p.refobjid AND s.relkind = 'S'
                      WHERE p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = d.oid
                        AND p.refclassid = 'pg_catalog.pg_class'::regclass) AS from_sequence
      """
          + TABLE
          + """
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
        LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      """
          + OF_TABLE
          + "ORDER BY a.attnum";

  // Keys first: what refers to them needs their indexes.
  private static final String CONSTRAINTS =
      "SELECT o.conname, pg_catalog.pg_get_constraintdef(o.oid)"
          + TABLE
          + "JOIN pg_catalog.pg_constraint o ON o.conrelid = c.oid"
          + OF_TABLE
          + "AND o.contype IN ('p', 'u', 'c', 'x')"
          + " ORDER BY pg_catalog.strpos('puxc', o.contype::text), o.conname";

  private static final String INDEXES =
      "SELECT pg_catalog.pg_get_indexdef(i.indexrelid)"
          + TABLE
          + "JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisvalid"
          + OF_TABLE
          + "AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint o"
          + " WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))"
          + " ORDER BY i.indexrelid";

  private static final String FOREIGN_KEYS =
      "SELECT o.conname, pg_catalog.pg_get_constraintdef(o.oid), rn.nspname, r.relname"
          + TABLE
          + "JOIN pg_catalog.pg_constraint o ON o.conrelid = c.oid AND o.contype = 'f'"
          + " JOIN pg_catalog.pg_class r ON r.oid = o.confrelid"
          + " JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace"
          + OF_TABLE
          + "ORDER BY o.conname";

  private final Connection primary;

  TableDefinition(Connection primary) {
    this.primary = primary;
  }

  String createTable(TableId table) throws SQLException {
    StringJoiner columns = new StringJoiner(", ", "CREATE TABLE " + table.sql() + " (", ")");
    boolean found = false;
    try (PreparedStatement statement = prepare(COLUMNS, table);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        found = true;
        columns.add(column(row));
      }
    }
    if (!found) {
      throw new SetupException("the primary has no table " + table + ": correct primary.tables");
    }
    return columns.toString();
  }

  private static String column(ResultSet row) throws SQLException {
    StringBuilder sql = new StringBuilder(SqlName.quote(row.getString("attname")));
    sql.append(' ').append(row.getString("type"));
    String collation = row.getString("collation");
    if (collation != null) {
      sql.append(" COLLATE ").append(collation);
    }
    String expression = row.getString("expression");
    switch (row.getString("generated")) {
      case "s" -> sql.append(" GENERATED ALWAYS AS (").append(expression).append(") STORED");
      case "v" -> sql.append(" GENERATED ALWAYS AS (").append(expression).append(") VIRTUAL");
      default -> {
        if (expression != null && !row.getBoolean("from_sequence")) {
          sql.append(" DEFAULT ").append(expression);
        }
      }
    }
    if (row.getBoolean("attnotnull")) {
      sql.append(" NOT NULL");
    }
    return sql.toString();
  }

  List<String> constraints(TableId table) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (PreparedStatement statement = prepare(CONSTRAINTS, table);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        statements.add(addConstraint(table, row));
      }
    }
    return statements;
  }

  List<String> indexes(TableId table) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (PreparedStatement statement = prepare(INDEXES, table);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        statements.add(row.getString(1));
      }
    }
    return statements;
  }

  /** Those that refer to one of the given tables. */
  List<String> foreignKeys(TableId table, Set<TableId> among) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (PreparedStatement statement = prepare(FOREIGN_KEYS, table);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        if (among.contains(new TableId(row.getString(3), row.getString(4)))) {
          statements.add(addConstraint(table, row));
        }
      }
    }
    return statements;
  }

  private static String addConstraint(TableId table, ResultSet row) throws SQLException {
    return "ALTER TABLE %s ADD CONSTRAINT %s %s"
        .formatted(table.sql(), SqlName.quote(row.getString(1)), row.getString(2));
  }

  private PreparedStatement prepare(String sql, TableId table) throws SQLException {
    PreparedStatement statement = primary.prepareStatement(sql);
    statement.setString(1, table.schema());
    statement.setString(2, table.name());
    return statement;
  }
}
