package dev.duplex.admin.compare;

import dev.duplex.schemas.table.TableId;
import java.util.List;

/**
 * What the comparison of one table found.
 *
 * @param problem why the rows could not be compared; empty if they were
 * @param first the first rows that differ, in order
 */
public record TableResult(
    TableId table,
    String problem,
    long rowsPrimary,
    long rowsSecondary,
    long differing,
    long missing,
    long extra,
    List<RowDifference> first) {
  public TableResult {
    first = List.copyOf(first);
  }

  static TableResult incomparable(TableId table, String problem) {
    return new TableResult(table, problem, 0, 0, 0, 0, 0, List.of());
  }

  /** Whether both sides have the same rows. */
  public boolean identical() {
    return problem.isEmpty() && differing == 0 && missing == 0 && extra == 0;
  }
}
