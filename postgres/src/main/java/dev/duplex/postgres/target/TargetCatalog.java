package dev.duplex.postgres.target;

import dev.duplex.postgres.catalog.TableCatalog;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.row.RowField;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Looks up what the secondary's tables look like. Not thread-safe. */
final class TargetCatalog {
  private static final String UNDEFINED_TABLE = "42P01";
  private static final String UNDEFINED_COLUMN = "42703";

  private static final String TRAITS =
      """
      SELECT c.relkind = 'p',
             EXISTS (SELECT FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attidentity = 'a' AND NOT a.attisdropped)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ? AND c.relname = ?
      """;

  private final Connection connection;
  private final TableCatalog catalog;

  TargetCatalog(Connection connection) {
    this.connection = connection;
    this.catalog = new TableCatalog(connection);
  }

  /**
   * The table for a row format.
   *
   * @throws SQLException if there is no such table, or it lacks a column
   */
  TableShape find(RowFormat format) throws SQLException {
    TableId id = format.table();
    Table table =
        catalog
            .find(id)
            .orElseThrow(
                () ->
                    new SQLException(
                        "the secondary has no table " + id + ": create it there", UNDEFINED_TABLE));
    Map<String, String> types =
        table.columns().stream()
            .collect(Collectors.toMap(Column::name, column -> column.type().name()));
    List<String> fieldTypes = new ArrayList<>();
    for (RowField field : format.fields()) {
      String type = types.get(field.column());
      if (type == null) {
        throw new SQLException(
            "table %s of the secondary has no column '%s' to write to: add it there (%s)"
                .formatted(id, field.column(), field.sqlType()),
            UNDEFINED_COLUMN);
      }
      fieldTypes.add(type);
    }
    return withTraits(format, fieldTypes);
  }

  private TableShape withTraits(RowFormat format, List<String> types) throws SQLException {
    BitSet key = key(format);
    boolean wholeRow = format.layout().fullRow() && key.cardinality() == format.fields().size();
    try (PreparedStatement statement = connection.prepareStatement(TRAITS)) {
      statement.setString(1, format.table().schema());
      statement.setString(2, format.table().name());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        boolean unique = wholeRow && key.equals(primaryKey(format));
        return new TableShape(
            format, types, key, wholeRow && !unique, row.getBoolean(1), row.getBoolean(2));
      }
    }
  }

  private BitSet key(RowFormat format) throws SQLException {
    if (format.layout().fullRow()) {
      BitSet primaryKey = primaryKey(format);
      if (!primaryKey.isEmpty()) {
        return primaryKey;
      }
    }
    BitSet key = new BitSet();
    for (int i = 0; i < format.fields().size(); i++) {
      key.set(i, format.fields().get(i).key());
    }
    return key;
  }

  /** The fields of the secondary's primary key; empty if the row lacks one of them. */
  private BitSet primaryKey(RowFormat format) throws SQLException {
    BitSet key = new BitSet();
    List<String> fields = format.fields().stream().map(RowField::column).toList();
    for (String column : catalog.primaryKey(format.table())) {
      int index = fields.indexOf(column);
      if (index < 0) {
        return new BitSet();
      }
      key.set(index);
    }
    return key;
  }
}
