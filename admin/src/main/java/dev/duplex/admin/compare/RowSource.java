package dev.duplex.admin.compare;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Rows of one table in order. */
interface RowSource {
  /** The next row; null after the last. */
  @Nullable SortedRow next() throws SQLException, InterruptedException;
}
