package dev.duplex.admin.compare;

import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the rows of both sides together. Rows that are equal in everything may occur more
 * than once; then it is their number that counts.
 *
 * <p>Owned by one thread; holds two rows at a time.
 */
final class RowMerge {
  private static final int SHOWN_CHARACTERS = 60;
  private static final int TELL_EVERY = 1_000;

  private final TableId table;
  private final List<String> columns;
  private final List<String> key;
  private final Comparator<SortedRow> order;
  private final int limit;
  private final LongConsumer progress;

  private final List<RowDifference> first = new ArrayList<>();
  private long rowsPrimary;
  private long rowsSecondary;
  private long differing;
  private long missing;
  private long extra;

  /**
   * A merge that is not begun.
   *
   * @param columns names of all columns, in order
   * @param key names of the key columns; empty if the whole row is the key
   * @param limit how many differences are named
   * @param progress is told the number of the primary's rows now and then
   */
  RowMerge(
      TableId table,
      List<String> columns,
      List<String> key,
      Comparator<SortedRow> order,
      int limit,
      LongConsumer progress) {
    this.table = table;
    this.columns = columns;
    this.key = key;
    this.order = order;
    this.limit = limit;
    this.progress = progress;
  }

  TableResult run(RowSource primary, RowSource secondary)
      throws SQLException, InterruptedException {
    SortedRow left = primary.next();
    SortedRow right = secondary.next();
    while (left != null || right != null) {
      int comparison = compare(left, right);
      if (comparison == 0) {
        both(Objects.requireNonNull(left), Objects.requireNonNull(right));
      } else if (comparison < 0) {
        missing++;
        name(RowDifference.Kind.MISSING, Objects.requireNonNull(left), null);
      } else {
        extra++;
        name(RowDifference.Kind.EXTRA, Objects.requireNonNull(right), null);
      }
      if (comparison <= 0) {
        rowsPrimary++;
        left = primary.next();
      }
      if (comparison >= 0) {
        rowsSecondary++;
        right = secondary.next();
      }
      if ((rowsPrimary + rowsSecondary) % TELL_EVERY == 0) {
        progress.accept(rowsPrimary);
      }
    }
    return new TableResult(table, "", rowsPrimary, rowsSecondary, differing, missing, extra, first);
  }

  private int compare(@Nullable SortedRow left, @Nullable SortedRow right) {
    if (left == null) {
      return 1;
    }
    return right == null ? -1 : order.compare(left, right);
  }

  private void both(SortedRow left, SortedRow right) {
    if (!left.sameData(right)) {
      differing++;
      name(RowDifference.Kind.DIFFERING, left, right);
    }
  }

  private void name(RowDifference.Kind kind, SortedRow row, @Nullable SortedRow other) {
    if (first.size() >= limit) {
      return;
    }
    List<@Nullable String> values = row.columns();
    List<RowDifference.ColumnDifference> differences = new ArrayList<>();
    if (other != null) {
      List<@Nullable String> others = other.columns();
      for (int i = 0; i < columns.size(); i++) {
        if (!Objects.equals(values.get(i), others.get(i))) {
          differences.add(
              new RowDifference.ColumnDifference(
                  columns.get(i), shown(values.get(i)), shown(others.get(i))));
        }
      }
    }
    first.add(new RowDifference(kind, key(values), differences));
  }

  private String key(List<@Nullable String> values) {
    List<String> parts = new ArrayList<>();
    for (String column : key.isEmpty() ? columns : key) {
      parts.add(column + "=" + shown(values.get(columns.indexOf(column))));
    }
    return String.join(", ", parts);
  }

  private static String shown(@Nullable String value) {
    if (value == null) {
      return "NULL";
    }
    String line = value.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    return "'"
        + (line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "...")
        + "'";
  }
}
