package dev.duplex.database.source;

import dev.duplex.schemas.row.SourceRow;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The rows of one table, in no order. Used by one thread. */
public interface TableRows extends AutoCloseable {
  /** The next row, valid until the one after it is asked for; null if there is none left. */
  @Nullable SourceRow next() throws SQLException;

  /** Stops to read; nothing happens if all was read. */
  @Override
  void close() throws SQLException;
}
