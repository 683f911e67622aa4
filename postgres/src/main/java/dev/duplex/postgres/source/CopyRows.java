package dev.duplex.postgres.source;

import dev.duplex.database.source.TableRows;
import dev.duplex.schemas.row.SourceRow;
import dev.duplex.schemas.row.Tuple;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/** The rows that a COPY sends; one tuple serves for all. Owned by one thread. */
final class CopyRows implements TableRows {
  private final CopyOut copy;
  private final Tuple tuple = new Tuple();

  CopyRows(CopyOut copy) {
    this.copy = copy;
  }

  @Override
  public @Nullable SourceRow next() throws SQLException {
    byte[] row = copy.readFromCopy();
    if (row == null) {
      return null;
    }
    CopyText.read(row, tuple);
    return tuple;
  }

  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
