package dev.duplex.postgres.target;

import dev.duplex.database.SqlFailure;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.SqlName;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Creates tables of the primary on the secondary: columns, keys, constraints and indexes. What only
 * a primary needs is left out: identities and defaults from a sequence, triggers, owners, grants. A
 * partitioned table becomes a plain one.
 */
final class TableCreator {
  private final TableDefinition definition;
  private final MissingTypes types;
  private final Connection secondary;

  TableCreator(Connection primary, Connection secondary) {
    this.definition = new TableDefinition(primary);
    this.types = new MissingTypes(primary, secondary);
    this.secondary = secondary;
  }

  /**
   * Creates tables, in the secondary's transaction.
   *
   * @param tables to create
   * @param replicated all tables of the link: only among them foreign keys are kept
   */
  void create(List<TableId> tables, List<TableId> replicated) throws SQLException {
    Set<String> schemas = new HashSet<>();
    for (TableId table : tables) {
      if (schemas.add(table.schema())) {
        run(table, "CREATE SCHEMA IF NOT EXISTS " + SqlName.quote(table.schema()));
      }
      types.create(table);
      run(table, definition.createTable(table));
      for (String constraint : definition.constraints(table)) {
        run(table, constraint);
      }
      for (String index : definition.indexes(table)) {
        run(table, index);
      }
    }
    Set<TableId> known = new HashSet<>(replicated);
    for (TableId table : tables) {
      for (String foreignKey : definition.foreignKeys(table, known)) {
        run(table, foreignKey);
      }
    }
  }

  private void run(TableId table, String sql) throws SQLException {
    try (Statement statement = secondary.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      if (SqlFailure.isTransient(e)) {
        throw e;
      }
      throw new SetupException(
          "table %s cannot be created on the secondary: %s; create it there yourself, e.g. with pg_dump --schema-only"
              .formatted(table, SqlFailure.line(e)),
          e);
    }
  }
}
