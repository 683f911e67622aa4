package dev.duplex.simulation;

import dev.duplex.schemas.table.TableId;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the tables of a database hold. */
final class Tables {
  private final Map<TableId, SortedMap<Long, Long>> rows = new HashMap<>();

  Tables() {
    Row.TABLES.forEach(table -> rows.put(table, new TreeMap<>()));
  }

  Tables copy() {
    Tables copy = new Tables();
    rows.forEach((table, content) -> copy.of(table).putAll(content));
    return copy;
  }

  SortedMap<Long, Long> of(TableId table) {
    SortedMap<Long, Long> content = rows.get(table);
    if (content == null) {
      throw new IllegalArgumentException("no table " + table);
    }
    return content;
  }

  void apply(Row.Change change) {
    SortedMap<Long, Long> table = of(change.table());
    switch (change.operation()) {
      case TRUNCATE -> table.clear();
      case DELETE -> table.remove(change.row().key());
      default -> table.put(change.row().key(), change.row().value());
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tables tables && rows.equals(tables.rows);
  }

  @Override
  public int hashCode() {
    return rows.hashCode();
  }

  @Override
  public String toString() {
    return rows.toString();
  }
}
