package dev.duplex.postgres.source;

import dev.duplex.config.PrimaryConfig;
import dev.duplex.config.PrimaryConfig.Keyless;
import dev.duplex.database.source.TableChoice;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Finds the tables that the configuration's patterns mean, and what stands in their way. */
final class TableSelection {
  private static final String CANDIDATES =
      """
      SELECT n.nspname, c.relname, c.relpersistence = 'u' AS unlogged,
             rn.nspname AS root_schema, root.relname AS root_name,
             pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned,
             pg_catalog.pg_get_userbyid(c.relowner) AS owner, current_user AS role,
             CASE c.relreplident
               WHEN 'f' THEN true
               WHEN 'd' THEN EXISTS (SELECT FROM pg_catalog.pg_index i
                                      WHERE i.indrelid = c.oid AND i.indisprimary
                                        AND i.indimmediate)
               WHEN 'i' THEN EXISTS (SELECT FROM pg_catalog.pg_index i
                                      WHERE i.indrelid = c.oid AND i.indisreplident)
               ELSE false END AS has_key,
             (SELECT coalesce(pg_catalog.sum(s.n_tup_upd + s.n_tup_del), 0)
                FROM pg_catalog.pg_stat_all_tables s
               WHERE s.relid = c.oid
                  OR s.relid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree(c.oid) p))
               AS rewritten,
             EXISTS (SELECT FROM pg_catalog.pg_publication_rel pr
                       JOIN pg_catalog.pg_publication p ON p.oid = pr.prpubid
                      WHERE pr.prrelid = c.oid AND p.pubname = ?) AS published
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_class root
               ON c.relispartition AND root.oid = pg_catalog.pg_partition_root(c.oid)
        LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = root.relnamespace
       WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
         AND n.nspname NOT IN ('duplex', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
       ORDER BY n.nspname, c.relname
      """;

  private static final String PARTITIONS =
      """
      SELECT n.nspname, c.relname
        FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(?)) t
        JOIN pg_catalog.pg_class c ON c.oid = t.relid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      """;

  private final Connection connection;
  private final PrimaryConfig config;
  private final List<TableId> published = new ArrayList<>();
  private final List<TableId> added = new ArrayList<>();
  private final List<TableId> keyless = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  TableSelection(Connection connection, PrimaryConfig config) {
    this.connection = connection;
    this.config = config;
  }

  /** Reads the catalog; call once. */
  TableChoice choose(String publication) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CANDIDATES)) {
      statement.setString(1, publication);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          consider(rows, publication);
        }
      }
    }
    if (published.isEmpty() && added.isEmpty() && problems.isEmpty()) {
      problems.add(
          "primary: no table matches primary.tables "
              + config.tables()
              + "; create the tables first or correct the patterns");
    }
    List<TableId> fullRow = new ArrayList<>();
    for (TableId table : keyless) {
      fullRow.addAll(withPartitions(table));
    }
    return new TableChoice(published, added, fullRow, problems, warnings);
  }

  private void consider(ResultSet row, String publication) throws SQLException {
    TableId table = new TableId(row.getString("nspname"), row.getString("relname"));
    boolean matches = config.replicates(table.schema(), table.name());
    if (row.getBoolean("published")) {
      published.add(table);
      if (!matches) {
        warnings.add(
            "table "
                + table
                + " is replicated but no longer matches primary.tables; to leave it out, run on"
                + " the primary: ALTER PUBLICATION "
                + publication
                + " DROP TABLE "
                + table.sql());
      }
      return;
    }
    if (!matches) {
      return;
    }
    String root = row.getString("root_name");
    if (root != null) {
      String rootSchema = row.getString("root_schema");
      if (!config.replicates(rootSchema, root)) {
        warnings.add(
            "table "
                + table
                + " is a partition and goes with its whole table only; add "
                + rootSchema
                + "."
                + root
                + " to primary.tables to replicate it");
      }
      return;
    }
    if (row.getBoolean("unlogged")) {
      warnings.add("table " + table + " is unlogged: its changes are not in the log; left out");
      return;
    }
    if (!row.getBoolean("owned")) {
      problems.add(
          "primary: table "
              + table
              + " belongs to "
              + row.getString("owner")
              + ", and only the owner may publish it; run: GRANT "
              + row.getString("owner")
              + " TO "
              + row.getString("role")
              + " (or exclude it)");
      return;
    }
    if (!row.getBoolean("has_key") && !admitKeyless(table, row.getLong("rewritten") > 0)) {
      return;
    }
    added.add(table);
  }

  private boolean admitKeyless(TableId table, boolean rewritten) {
    if (config.keyless() == Keyless.FULL_ROW) {
      keyless.add(table);
      return true;
    }
    if (rewritten) {
      problems.add(
          "primary: table "
              + table
              + " has no primary key (or replica identity) and rows of it are updated or deleted;"
              + " give it a key, set primary.keyless: full-row, or exclude it");
      return false;
    }
    warnings.add(
        "table "
            + table
            + " has no primary key: only inserts are replicated, and the primary will refuse"
            + " UPDATE and DELETE on it; set primary.keyless: full-row to allow them");
    return true;
  }

  private List<TableId> withPartitions(TableId table) throws SQLException {
    List<TableId> tables = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(PARTITIONS)) {
      statement.setString(1, table.sql());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tables.add(new TableId(rows.getString(1), rows.getString(2)));
        }
      }
    }
    return tables.isEmpty() ? List.of(table) : tables;
  }
}
