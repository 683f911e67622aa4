package dev.duplex.schemas.table;

import java.util.List;

/**
 * The shape of a replicated table: its columns without the generated ones, in the table's order.
 * Two shapes that are equal have the same row schema.
 *
 * @param columns never empty; those with {@link Column#key()} are the replica identity
 * @param fullRow whether the whole row is the replica identity (REPLICA IDENTITY FULL)
 */
public record Table(TableId id, List<Column> columns, boolean fullRow) {
  public Table {
    columns = List.copyOf(columns);
  }

  public List<Column> key() {
    return columns.stream().filter(Column::key).toList();
  }

  /** A table without one takes inserts only: the primary refuses its updates and deletes. */
  public boolean hasKey() {
    return columns.stream().anyMatch(Column::key);
  }
}
