package dev.duplex.database.target;

/**
 * What was applied since the link began; the rows of copies are not counted.
 *
 * @param mismatches rows that were not as the changes implied, and were healed
 */
public record AppliedTotals(long transactions, long changes, long mismatches) {
  /** The sum. */
  public AppliedTotals plus(long moreTransactions, long moreChanges, long moreMismatches) {
    return new AppliedTotals(
        transactions + moreTransactions, changes + moreChanges, mismatches + moreMismatches);
  }
}
