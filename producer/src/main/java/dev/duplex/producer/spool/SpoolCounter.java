package dev.duplex.producer.spool;

import java.util.NavigableMap;

/** Sums up what waits in the files that a head still needs. */
final class SpoolCounter {
  private SpoolCounter() {}

  /**
   * Counts.
   *
   * @param published so much is known to wait no longer
   */
  static SpoolTotals of(NavigableMap<Long, DiffFile> files, Head head, ReadCount published) {
    Head.End end = head.end();
    if (files.isEmpty() || end == null) {
      return SpoolTotals.NONE;
    }
    FileHeader first = files.firstEntry().getValue().header();
    boolean inPart = published.changes() > first.changesBefore();
    return new SpoolTotals(
        first.firstPosition(),
        end.transaction().position(),
        end.transactions() - Math.max(first.transactionsBefore(), published.transactions()),
        end.changes() - Math.max(first.changesBefore(), published.changes()),
        files.values().stream().mapToLong(DiffFile::length).sum(),
        inPart ? published.commitMicros() : first.firstCommitMicros());
  }
}
