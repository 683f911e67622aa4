package dev.duplex.database.source;

import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.util.List;

/** The primary as it was at one moment. Used by one thread. */
public interface SourceSnapshot extends AutoCloseable {
  /** The database's name, for the envelope. */
  String database() throws SQLException;

  /**
   * A table's shape; the log describes it in the same way.
   *
   * @throws dev.duplex.schemas.failure.SetupException if it is gone
   */
  Table table(TableId id) throws SQLException;

  /** About how many rows there are, for the display; 0 if that is not known. */
  long estimatedRows(List<TableId> tables) throws SQLException;

  /** Begins to read a table; one at a time. */
  TableRows read(Table table) throws SQLException;

  @Override
  void close() throws SQLException;
}
