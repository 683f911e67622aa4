package dev.duplex.postgres.target;

import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.SqlName;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The types that a table's columns need and the secondary lacks: enums are created, of others only
 * the name can be told. Not thread-safe.
 */
final class MissingTypes {
  private static final String TYPES =
      """
      SELECT DISTINCT pg_catalog.format_type(e.oid, NULL) AS name, e.typtype = 'e' AS is_enum,
             tn.nspname,
             (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(l.enumlabel), ', '
                                           ORDER BY l.enumsortorder)
                FROM pg_catalog.pg_enum l WHERE l.enumtypid = e.oid) AS labels
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        JOIN pg_catalog.pg_type e
          ON e.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
        JOIN pg_catalog.pg_namespace tn ON tn.oid = e.typnamespace
       WHERE n.nspname = ? AND c.relname = ? AND tn.nspname <> 'pg_catalog'
      """;

  private final Connection primary;
  private final Connection secondary;

  MissingTypes(Connection primary, Connection secondary) {
    this.primary = primary;
    this.secondary = secondary;
  }

  /**
   * Creates the enums.
   *
   * @throws SetupException if another type is missing
   */
  void create(TableId table) throws SQLException {
    try (PreparedStatement statement = primary.prepareStatement(TYPES)) {
      statement.setString(1, table.schema());
      statement.setString(2, table.name());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          if (!exists(row.getString("name"))) {
            create(table, row);
          }
        }
      }
    }
  }

  private boolean exists(String name) throws SQLException {
    String sql = "SELECT pg_catalog.to_regtype(?) IS NOT NULL";
    try (PreparedStatement statement = secondary.prepareStatement(sql)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private void create(TableId table, ResultSet type) throws SQLException {
    String name = type.getString("name");
    if (!type.getBoolean("is_enum")) {
      throw new SetupException(
          "table %s needs type %s, which the secondary lacks; create it there, e.g. with pg_dump --schema-only"
              .formatted(table, name));
    }
    String labels = type.getString("labels");
    try (Statement statement = secondary.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + SqlName.quote(type.getString("nspname")));
      statement.execute(
          "CREATE TYPE %s AS ENUM (%s)".formatted(name, labels == null ? "" : labels));
    }
  }
}
