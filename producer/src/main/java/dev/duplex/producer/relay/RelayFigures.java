package dev.duplex.producer.relay;

import dev.duplex.producer.spool.SpoolTotals;

/**
 * What a relay has done so far.
 *
 * @param transactions published since the link began, by whichever relay; 0 while unknown
 * @param changes likewise
 * @param publishFailures how often this process could not publish or reach Kafka or the registry
 * @param spooled what waits in this process's diff files, as far as known
 */
public record RelayFigures(
    long transactions, long changes, long publishFailures, SpoolTotals spooled) {
  static final RelayFigures NONE = new RelayFigures(0, 0, 0, SpoolTotals.NONE);

  RelayFigures published(long newTransactions, long newChanges) {
    return new RelayFigures(newTransactions, newChanges, publishFailures, spooled);
  }

  RelayFigures publishFailed() {
    return new RelayFigures(transactions, changes, publishFailures + 1, spooled);
  }

  RelayFigures spooled(SpoolTotals totals) {
    return new RelayFigures(transactions, changes, publishFailures, totals);
  }
}
