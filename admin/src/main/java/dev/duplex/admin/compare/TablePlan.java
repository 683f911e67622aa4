package dev.duplex.admin.compare;

import dev.duplex.database.rows.OrderedRead;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a table is read so that both sides send it in one order.
 *
 * @param columns names of the primary's columns
 * @param key names of the key columns; empty if the whole row is the key
 * @param missing columns that the secondary lacks
 */
record TablePlan(
    Table primary, List<String> columns, List<String> key, List<String> missing, RowOrder order) {
  private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");

  /** Plans, for the shapes on both sides. */
  static TablePlan of(Table primary, Table secondary, List<String> primaryKey) {
    Map<String, String> types = new HashMap<>();
    secondary.columns().forEach(column -> types.put(column.name(), column.type().name()));
    List<String> columns = primary.columns().stream().map(Column::name).toList();
    List<String> missing = columns.stream().filter(column -> !types.containsKey(column)).toList();
    List<String> key = primaryKey;
    if (key.isEmpty() && !primary.fullRow()) {
      key = primary.key().stream().map(Column::name).toList();
    }
    if (!columns.containsAll(key)) {
      key = List.of(); // a key of generated columns orders nothing that is compared
    }
    Map<String, Boolean> integers = new HashMap<>();
    for (Column column : primary.columns()) {
      integers.put(
          column.name(),
          INTEGERS.contains(column.type().name())
              && INTEGERS.contains(types.getOrDefault(column.name(), "")));
    }
    return new TablePlan(primary, columns, key, missing, order(columns, key, integers));
  }

  private static RowOrder order(
      List<String> columns, List<String> key, Map<String, Boolean> integers) {
    if (key.isEmpty()) {
      return new RowOrder(List.of(new RowOrder.Part(0, false)), 1);
    }
    int prefix = (int) key.stream().filter(column -> !integers.getOrDefault(column, false)).count();
    List<RowOrder.Part> parts = new ArrayList<>();
    int texts = 0;
    for (String column : key) {
      boolean integer = integers.getOrDefault(column, false);
      int field = integer ? prefix + columns.indexOf(column) : texts++;
      parts.add(new RowOrder.Part(field, integer));
    }
    return new RowOrder(parts, prefix);
  }

  /** What is asked for on either side. */
  OrderedRead read() {
    List<OrderedRead.KeyColumn> parts = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      parts.add(new OrderedRead.KeyColumn(key.get(i), order.parts().get(i).integer()));
    }
    return new OrderedRead(primary.id(), columns, parts);
  }
}
