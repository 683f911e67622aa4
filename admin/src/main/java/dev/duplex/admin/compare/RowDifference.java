package dev.duplex.admin.compare;

import java.util.List;

/**
 * A row that is not the same on both sides.
 *
 * @param key the row's key for people
 * @param columns those that differ, if the row is on both sides
 */
public record RowDifference(Kind kind, String key, List<ColumnDifference> columns) {
  /** How a row differs. */
  public enum Kind {
    DIFFERING,
    /** On the primary only. */
    MISSING,
    /** On the secondary only. */
    EXTRA
  }

  /** Two values of a column, shortened. */
  public record ColumnDifference(String column, String primary, String secondary) {}

  public RowDifference {
    columns = List.copyOf(columns);
  }
}
