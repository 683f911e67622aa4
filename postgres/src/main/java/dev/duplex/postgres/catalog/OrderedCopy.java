package dev.duplex.postgres.catalog;

import dev.duplex.database.rows.OrderedRead;
import dev.duplex.database.rows.OrderedRead.KeyColumn;
import dev.duplex.schemas.table.SqlName;
import java.util.ArrayList;
import java.util.List;

/** The COPY that sends rows in the order of a key, whatever collations the databases have. */
final class OrderedCopy {
  private OrderedCopy() {}

  /**
   * Writes it.
   *
   * @param partitioned whether the table has its rows in partitions
   */
  static String sql(OrderedRead read, boolean partitioned) {
    List<String> columns = read.columns().stream().map(SqlName::quote).toList();
    List<String> selected = new ArrayList<>();
    List<String> order = new ArrayList<>();
    if (read.key().isEmpty()) {
      selected.add("(ROW(" + String.join(", ", columns) + "))::text COLLATE \"C\"");
      order.add("1");
    }
    int texts = (int) read.key().stream().filter(column -> !column.integer()).count();
    for (KeyColumn column : read.key()) {
      if (column.integer()) {
        order.add(Integer.toString(texts + read.columns().indexOf(column.name()) + 1));
      } else {
        selected.add("(" + SqlName.quote(column.name()) + ")::text COLLATE \"C\"");
        order.add(Integer.toString(selected.size()));
      }
    }
    selected.addAll(columns);
    return "COPY (SELECT "
        + String.join(", ", selected)
        + " FROM "
        + (partitioned ? "" : "ONLY ")
        + read.table().sql()
        + " ORDER BY "
        + String.join(", ", order)
        + ") TO STDOUT";
  }
}
