package dev.duplex.admin.compare;

import dev.duplex.admin.LinkAccess;
import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.DuplexConfig;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.rows.TableSnapshot;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares the tables of a link row by row, each database in one snapshot.
 *
 * <p>Owned by one thread. Memory does not depend on the number of rows.
 */
public final class DatabaseComparison {
  private final DuplexConfig config;
  private final int limit;

  /**
   * A comparison that is not begun.
   *
   * @param limit how many differing rows are named of each table
   */
  public DatabaseComparison(DuplexConfig config, int limit) {
    this.config = config;
    this.limit = limit;
  }

  /**
   * Compares.
   *
   * @throws SetupException if there is nothing to compare
   */
  public List<TableResult> run(ComparisonListener listener)
      throws SQLException, InterruptedException {
    Link link = new Link(config.link());
    List<TableResult> results = new ArrayList<>();
    DatabaseConfig source = config.primary().database();
    Connection session = LinkAccess.session("primary", source, "compare");
    try (TableSnapshot primary = DatabaseProducts.of(source).snapshot(session);
        TableSnapshot secondary = snapshot("secondary", config.secondary().database())) {
      List<TableId> tables =
          DatabaseProducts.of(source).sourceSetup(session, link).publishedTables();
      if (tables.isEmpty()) {
        throw new SetupException(
            "primary: publication " + link.slot() + " has no tables; run 'duplex init' first");
      }
      for (TableId table : tables) {
        TableResult result = compare(table, primary, secondary, listener);
        results.add(result);
        listener.ended(result);
      }
    }
    return results;
  }

  private static TableSnapshot snapshot(String side, DatabaseConfig database) throws SQLException {
    return DatabaseProducts.of(database).snapshot(LinkAccess.session(side, database, "compare"));
  }

  private TableResult compare(
      TableId id, TableSnapshot primary, TableSnapshot secondary, ComparisonListener listener)
      throws SQLException, InterruptedException {
    Optional<Table> left = primary.table(id);
    Optional<Table> right = secondary.table(id);
    if (left.isEmpty() || right.isEmpty()) {
      return TableResult.incomparable(
          id, "missing on the " + (left.isEmpty() ? "primary" : "secondary"));
    }
    TablePlan plan = TablePlan.of(left.get(), right.get(), primary.primaryKey(id));
    if (!plan.missing().isEmpty()) {
      return TableResult.incomparable(
          id, "the secondary lacks column " + String.join(", ", plan.missing()));
    }
    long estimated = primary.estimatedRows(id);
    RowMerge merge =
        new RowMerge(
            id,
            plan.columns(),
            plan.key(),
            plan.order(),
            limit,
            rows -> listener.compared(id, rows, estimated));
    try (RowReader leftRows = RowReader.start(primary, plan, "primary");
        RowReader rightRows = RowReader.start(secondary, plan, "secondary")) {
      return merge.run(leftRows, rightRows);
    }
  }
}
