package dev.duplex.database.source;

import dev.duplex.schemas.table.Table;

/** Is given what the log says, on the reader's thread. */
public interface LogListener {
  /**
   * A table's shape, before its first change and whenever it is another one.
   *
   * @return what takes the changes of this shape; the reader keeps it
   */
  TableListener table(Table shape);

  /**
   * A transaction begins; all its changes and its commit follow before another one begins.
   *
   * @param transactionId the primary's number of it
   * @param position see {@link dev.duplex.schemas.Position}
   * @param commitMicros microseconds since 1970, the primary's clock
   */
  void begin(long transactionId, long position, long commitMicros);

  /**
   * It ends.
   *
   * @param end where its commit record ends: everything before that may be confirmed once the
   *     transaction is durable elsewhere
   */
  void commit(long position, long end);
}
