package dev.duplex.admin.diff;

import dev.duplex.schemas.change.Change;

/**
 * Counts the changes of diff files that the secondary had before, and knows from where to where
 * they go; a change that is read again counts once. Not thread-safe.
 */
public final class DiffFileCounts {
  private boolean begun;
  private long seen;
  private long newest;
  private long firstPosition;
  private long lastPosition;
  private long skippedTransactions;
  private long skippedChanges;

  /** The secondary has everything up to a position; only the first call counts. */
  void begin(long applied) {
    seen = begun ? seen : applied;
    begun = true;
  }

  /**
   * A change was read.
   *
   * @param number from 1
   */
  void read(long number, Change change) {
    if (number <= newest) {
      return;
    }
    newest = number;
    firstPosition = number == 1 ? change.position() : firstPosition;
    lastPosition = Math.max(lastPosition, change.position());
    if (change.position() <= seen) {
      skippedChanges++;
      skippedTransactions += change.count() > 0 ? 1 : 0;
    } else if (change.count() > 0) {
      seen = change.position();
    }
  }

  /** Whether there was any change. */
  public boolean isEmpty() {
    return newest == 0;
  }

  /** Of the first transaction in the files. */
  public long firstPosition() {
    return firstPosition;
  }

  /** Of the last transaction that was read. */
  public long lastPosition() {
    return lastPosition;
  }

  /** Those that the secondary had. */
  public long skippedTransactions() {
    return skippedTransactions;
  }

  /** The changes of those. */
  public long skippedChanges() {
    return skippedChanges;
  }
}
