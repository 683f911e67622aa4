package dev.duplex.database.rows;

import dev.duplex.schemas.table.TableId;
import java.util.List;

/**
 * Which rows are read, and in what order they come: by the key, integers by value, everything else
 * by the bytes of its text.
 *
 * @param columns names, in the order in which they come
 * @param key the parts of the key; empty if the text of the whole row is the key
 */
public record OrderedRead(TableId table, List<String> columns, List<KeyColumn> key) {
  /** A column of the key. */
  public record KeyColumn(String name, boolean integer) {}

  public OrderedRead {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }
}
