package dev.duplex.producer.spool;

import java.util.NavigableMap;

/** Sums up the files that a head still needs. */
final class Totals {
  private Totals() {}

  static SpoolTotals of(NavigableMap<Long, DiffFile> files, Head head) {
    Head.End end = head.end();
    if (files.isEmpty() || end == null) {
      return SpoolTotals.NONE;
    }
    FileHeader first = files.firstEntry().getValue().header();
    return new SpoolTotals(
        first.firstPosition(),
        end.transaction().position(),
        end.transactions() - first.transactionsBefore(),
        end.changes() - first.changesBefore(),
        files.values().stream().mapToLong(DiffFile::length).sum(),
        first.firstCommitMicros());
  }
}
