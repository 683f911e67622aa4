package dev.duplex.consumer;

import dev.duplex.config.BatchLimit;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.CopyProgress;
import dev.duplex.schemas.change.Change;

/**
 * Keeps the books of one database transaction: how much it holds, and where the transactions of the
 * primary end in it. Not thread-safe.
 */
final class Group {
  /** Offset of a boundary that there is not. */
  static final long NONE = -1;

  private final BatchLimit limit;
  private long rows;
  private long bytes;
  private long unwrittenRows;
  private long unwrittenBytes;
  private long transactions;
  private long firstBoundary;
  private long lastBoundary;
  private long position;
  private long transactionId;
  private long commitMicros;

  Group(BatchLimit limit) {
    this.limit = limit;
    clear();
  }

  void clear() {
    rows = 0;
    bytes = 0;
    transactions = 0;
    firstBoundary = NONE;
    lastBoundary = NONE;
    written();
  }

  void add(Change change) {
    rows++;
    bytes += change.bytes().length;
    unwrittenRows++;
    unwrittenBytes += change.bytes().length;
  }

  /** A transaction, or a row of a copy, is complete; the next record has the given offset. */
  void complete(Change change, long nextOffset) {
    transactions++;
    firstBoundary = firstBoundary == NONE ? nextOffset : firstBoundary;
    lastBoundary = nextOffset;
    position = change.position();
    transactionId = change.transactionId();
    commitMicros = change.commitMicros();
  }

  /** What was added so far is in the database, though not committed. */
  void written() {
    unwrittenRows = 0;
    unwrittenBytes = 0;
  }

  boolean isEmpty() {
    return rows == 0;
  }

  boolean isFull() {
    return rows >= limit.rows() || bytes >= limit.bytes();
  }

  /** Whether so much is in memory that it must be written, wherever in a transaction that is. */
  boolean mustBeWritten() {
    return unwrittenRows >= limit.rows() || unwrittenBytes >= limit.bytes();
  }

  /** How many transactions are complete. */
  long transactions() {
    return transactions;
  }

  /** Offset behind the first complete transaction, or {@link #NONE}. */
  long firstBoundary() {
    return firstBoundary;
  }

  /** Offset behind the last complete transaction, or {@link #NONE}. */
  long lastBoundary() {
    return lastBoundary;
  }

  /** The place to store with the group, which must not hold a transaction in part. */
  Checkpoint after(Checkpoint before, long offset, long copyOrder, long mismatches) {
    CopyProgress copy = before.copy();
    return copy != null
        ? new Checkpoint(
            before.epoch(),
            before.identity(),
            before.topicId(),
            offset,
            before.last(),
            new CopyProgress(copy.id(), copyOrder),
            before.totals().plus(0, 0, mismatches))
        : new Checkpoint(
            before.epoch(),
            before.identity(),
            before.topicId(),
            offset,
            new AppliedTransaction(position, transactionId, commitMicros),
            null,
            before.totals().plus(transactions, rows, mismatches));
  }
}
