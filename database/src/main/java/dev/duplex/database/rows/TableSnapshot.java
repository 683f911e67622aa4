package dev.duplex.database.rows;

import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * One database as it is at one moment.
 *
 * <p>Owned by one thread, except while another one reads {@link RowLines}.
 */
public interface TableSnapshot extends AutoCloseable {
  /** The shape of a table, or nothing if there is none. */
  Optional<Table> table(TableId id) throws SQLException;

  /** The columns of the primary key in the key's order; empty if there is none. */
  List<String> primaryKey(TableId id) throws SQLException;

  /** About how many rows a table has; 0 if unknown. */
  long estimatedRows(TableId id) throws SQLException;

  /** Starts to read a table; nothing else may be asked until the last row was read. */
  RowLines read(OrderedRead read) throws SQLException;

  /** Ends a read that is not at its end; the snapshot is of no use any more. Any thread may. */
  void abort() throws SQLException;

  @Override
  void close() throws SQLException;
}
