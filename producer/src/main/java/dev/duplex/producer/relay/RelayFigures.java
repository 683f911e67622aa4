package dev.duplex.producer.relay;

import dev.duplex.producer.spool.SpoolTotals;

/**
 * What a relay has done so far.
 *
 * @param transactions published since the link began, by whichever relay; 0 while unknown
 * @param changes likewise
 * @param publishFailures how often this process could not publish or reach Kafka or the registry
 * @param spooled what waits in this process's diff files, as far as known
 * @param primaryMicros the primary's clock when it was asked last, while something was spooled; 0
 *     if it was not asked
 */
public record RelayFigures(
    long transactions,
    long changes,
    long publishFailures,
    SpoolTotals spooled,
    long primaryMicros) {
  static final RelayFigures NONE = new RelayFigures(0, 0, 0, SpoolTotals.NONE, 0);

  /** Age of the oldest change that waits in diff files, by the primary's clock; microseconds. */
  public long spoolAgeMicros() {
    boolean known = spooled.changes() > 0 && primaryMicros > 0;
    return known ? Math.max(0, primaryMicros - spooled.oldestCommitMicros()) : 0;
  }

  RelayFigures published(long newTransactions, long newChanges) {
    return new RelayFigures(newTransactions, newChanges, publishFailures, spooled, primaryMicros);
  }

  /** Another instance may publish now. */
  RelayFigures unknown() {
    return published(0, 0);
  }

  RelayFigures publishFailed() {
    return new RelayFigures(transactions, changes, publishFailures + 1, spooled, primaryMicros);
  }

  RelayFigures spooled(SpoolTotals totals) {
    return new RelayFigures(transactions, changes, publishFailures, totals, primaryMicros);
  }

  RelayFigures asked(long micros) {
    return new RelayFigures(transactions, changes, publishFailures, spooled, micros);
  }
}
