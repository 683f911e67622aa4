package dev.duplex.postgres.catalog;

import dev.duplex.database.rows.RowLines;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/** The rows of a COPY to standard output. Owned by one thread. */
final class CopyLines implements RowLines {
  private final CopyOut copy;
  private boolean atEnd;

  CopyLines(CopyOut copy) {
    this.copy = copy;
  }

  @Override
  public List<byte[]> next(int bytes) throws SQLException {
    List<byte[]> rows = new ArrayList<>();
    int size = 0;
    while (!atEnd && size < bytes) {
      byte @Nullable [] row = copy.readFromCopy();
      if (row == null) {
        atEnd = true;
      } else {
        rows.add(row);
        size += row.length;
      }
    }
    return rows;
  }
}
