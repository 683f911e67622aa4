package dev.duplex.database.source;

import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.SourceRow;
import org.jspecify.annotations.Nullable;

/** Is given the changes of one shape of one table. */
@FunctionalInterface
public interface TableListener {
  /**
   * A change of one row, or that the table was emptied. The images are valid until it returns.
   *
   * @param before the old row, or its key alone; null if the row is new, or its key stays
   * @param after the new row; null if it was deleted
   */
  void change(Operation operation, @Nullable SourceRow before, @Nullable SourceRow after);
}
