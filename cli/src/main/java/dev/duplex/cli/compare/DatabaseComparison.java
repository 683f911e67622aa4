package dev.duplex.cli.compare;

import dev.duplex.cli.shell.ProgressBar;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compares the tables of a link row by row, each database in one snapshot.
 *
 * <p>Owned by one thread. Memory does not depend on the number of rows.
 */
public final class DatabaseComparison {
  private final DuplexConfig config;
  private final Terminal terminal;
  private final int limit;

  /**
   * A comparison that is not begun.
   *
   * @param limit how many differing rows are named of each table
   */
  public DatabaseComparison(DuplexConfig config, Terminal terminal, int limit) {
    this.config = config;
    this.terminal = terminal;
    this.limit = limit;
  }

  /**
   * Compares.
   *
   * @param each is told each table's result
   * @throws SetupException if there is nothing to compare
   */
  List<TableResult> run(Consumer<TableResult> each) throws SQLException, InterruptedException {
    Link link = new Link(config.link());
    List<TableResult> results = new ArrayList<>();
    try (Snapshot primary = Snapshot.open("primary", config.primary().database());
        Snapshot secondary = Snapshot.open("secondary", config.secondary().database())) {
      List<TableId> tables = primary.publishedTables(link.slot());
      if (tables.isEmpty()) {
        throw new SetupException(
            "primary: publication " + link.slot() + " has no tables; run 'duplex init' first");
      }
      for (TableId table : tables) {
        TableResult result = compare(table, primary, secondary);
        results.add(result);
        each.accept(result);
      }
    }
    return results;
  }

  /** Compares and shows nothing but the progress; for callers that only want the verdict. */
  public boolean identical() throws SQLException, InterruptedException {
    return run(result -> {}).stream().allMatch(TableResult::identical);
  }

  private TableResult compare(TableId id, Snapshot primary, Snapshot secondary)
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
    ProgressBar bar = new ProgressBar(terminal, "compare " + id, "rows");
    RowMerge merge =
        new RowMerge(
            id, plan.columns(), plan.key(), plan.order(), limit, rows -> bar.show(rows, estimated));
    try (RowReader leftRows = primary.read(plan, "primary");
        RowReader rightRows = secondary.read(plan, "secondary")) {
      return merge.run(leftRows, rightRows);
    } finally {
      bar.clear();
    }
  }
}
