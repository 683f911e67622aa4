package dev.duplex.consumer.apply;

import dev.duplex.schemas.change.RowImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a window in the order of their first change, found by the bytes of their key: a hash
 * table with open addressing over rows that are reused, so that a change makes no garbage.
 *
 * <p>Not thread-safe.
 */
final class FoldedRows {
  private static final int FIRST_BUCKETS = 64;
  private static final int NO_BUCKET = -1;

  private final Deque<FoldedRow> pool;
  private final List<FoldedRow> rows = new ArrayList<>();
  private int[] buckets = new int[FIRST_BUCKETS]; // index of the row + 1; 0 is free

  /**
   * @param pool free rows, shared by all tables: together they never need more than a group has
   */
  FoldedRows(Deque<FoldedRow> pool) {
    this.pool = pool;
  }

  int size() {
    return rows.size();
  }

  FoldedRow get(int index) {
    return rows.get(index);
  }

  /** The row with the key that the image found last. */
  @Nullable FoldedRow find(RowImage image) {
    int hash = hash(image.keyBytes(), image.keyStart(), image.keyEnd());
    int mask = buckets.length - 1;
    for (int at = hash & mask; buckets[at] != 0; at = (at + 1) & mask) {
      FoldedRow row = rows.get(buckets[at] - 1);
      if (row.hash == hash
          && Arrays.equals(
              row.keyBytes,
              row.keyStart,
              row.keyEnd,
              image.keyBytes(),
              image.keyStart(),
              image.keyEnd())) {
        return row;
      }
    }
    return null;
  }

  /** A new row with the key that the image found last, which must not be there yet. */
  FoldedRow add(RowImage image) {
    FoldedRow row = append();
    row.keyBytes = image.keyBytes();
    row.keyStart = image.keyStart();
    row.keyEnd = image.keyEnd();
    row.hash = hash(row.keyBytes, row.keyStart, row.keyEnd);
    if (rows.size() * 2 > buckets.length) {
      grow();
    } else {
      enter(rows.size() - 1);
    }
    return row;
  }

  /** A new row that cannot be found again. */
  FoldedRow append() {
    FoldedRow row = pool.poll();
    row = row == null ? new FoldedRow() : row;
    row.bucket = NO_BUCKET;
    rows.add(row);
    return row;
  }

  private void grow() {
    buckets = new int[buckets.length * 2];
    for (int i = 0; i < rows.size(); i++) {
      enter(i);
    }
  }

  private void enter(int index) {
    FoldedRow row = rows.get(index);
    int mask = buckets.length - 1;
    int at = row.hash & mask;
    while (buckets[at] != 0) {
      at = (at + 1) & mask;
    }
    buckets[at] = index + 1;
    row.bucket = at;
  }

  void clear() {
    boolean few = rows.size() * 16 < buckets.length && buckets.length > FIRST_BUCKETS;
    for (FoldedRow row : rows) {
      if (row.bucket != NO_BUCKET) {
        buckets[row.bucket] = 0;
      }
      row.clear();
      pool.push(row);
    }
    rows.clear();
    if (few) {
      buckets = new int[FIRST_BUCKETS]; // of many tables, each was large once
    }
  }

  private static int hash(byte[] bytes, int start, int end) {
    int hash = 1;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + bytes[i];
    }
    // Keys that count up differ in few bits: spread them (Knuth's multiplicative hash).
    hash *= 0x9E3779B1;
    return hash ^ (hash >>> 15);
  }
}
