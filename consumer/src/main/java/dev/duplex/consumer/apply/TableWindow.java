package dev.duplex.consumer.apply;

import dev.duplex.consumer.apply.FoldedRow.State;
import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.database.target.RowBatch;
import dev.duplex.database.target.TargetTable;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowImage;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one table since the last flush, repeated ones of a row folded into one. It keeps
 * the records' bytes and decodes only the images that are left in the end.
 *
 * <p>A change that does not fit what the window knows of its row is evidence that source and
 * secondary differ, and is left to the replay. Not thread-safe.
 */
final class TableWindow {
  private final TargetTable table;
  private final RowImage images;
  private final FoldedRows rows;
  private final RowBatch batch;

  /**
   * @param pool free rows, shared by all tables
   * @param batch for rows that are written, shared by all tables
   */
  TableWindow(TargetTable table, Deque<FoldedRow> pool, RowBatch batch) {
    this.table = table;
    this.batch = batch;
    this.rows = new FoldedRows(pool);
    this.images = new RowImage(table.format(), table.key());
  }

  TargetTable table() {
    return table;
  }

  boolean isEmpty() {
    return rows.size() == 0;
  }

  /** Takes a change of a row. */
  void add(Change change) throws ReplayNeededException {
    switch (change.operation()) {
      case CREATE, READ -> insert(change.bytes(), change.after());
      case UPDATE -> update(change);
      case DELETE -> remove(change.bytes(), change.before());
      case TRUNCATE -> throw new IllegalArgumentException("a truncate is no change of a row");
    }
  }

  private void insert(byte[] bytes, int image) throws ReplayNeededException {
    if (!table.foldable()) {
      rows.append().set(State.NEW, bytes, image, null);
      return;
    }
    images.findKey(bytes, image);
    FoldedRow row = rows.find(images);
    if (row == null) {
      rows.add(images).set(State.NEW, bytes, image, null);
      return;
    }
    switch (row.state) {
      case GONE -> row.set(State.CHANGED, bytes, image, null);
      case GHOST -> row.set(State.NEW, bytes, image, null);
      case NEW, CHANGED -> throw unexpected("insert of a row that is there");
    }
  }

  private void update(Change change) throws ReplayNeededException {
    BitSet unchanged = change.unchanged();
    if (!table.hasKey()) {
      throw unexpected("update without a key");
    }
    if (unchanged != null && unchanged.intersects(table.key())) {
      throw unexpected("update without the whole key");
    }
    boolean moved =
        change.before() != Change.NONE
            && !images.sameKey(change.bytes(), change.before(), change.after());
    if (moved) {
      move(change);
      return;
    }
    images.findKey(change.bytes(), change.after());
    FoldedRow row = rows.find(images);
    if (row == null) {
      rows.add(images).set(State.CHANGED, change.bytes(), change.after(), unchanged);
    } else if (row.state == State.NEW || row.state == State.CHANGED) {
      overwrite(row, change.bytes(), change.after(), unchanged);
    } else {
      throw unexpected("update of a row that is gone");
    }
  }

  /**
   * A row that changes its key is one that goes and one that comes, if its values are all known.
   */
  private void move(Change change) throws ReplayNeededException {
    byte[] bytes = change.bytes();
    int image = change.after();
    BitSet unchanged = change.unchanged();
    if (unchanged != null) {
      images.findKey(bytes, change.before());
      FoldedRow row = rows.find(images);
      if (row == null || (row.unchanged != null && row.unchanged.intersects(unchanged))) {
        throw unexpected("another key for a row of which not all values are known");
      }
      bytes = images.merge(bytes, image, unchanged, row.bytes, row.image);
      image = 0;
    }
    remove(change.bytes(), change.before());
    insert(bytes, image);
  }

  private void overwrite(FoldedRow row, byte[] bytes, int image, @Nullable BitSet unchanged) {
    if (unchanged == null) {
      row.set(row.state, bytes, image, null);
      return;
    }
    BitSet known = (BitSet) unchanged.clone();
    if (row.unchanged != null) {
      known.andNot(row.unchanged);
    }
    BitSet unknown = (BitSet) unchanged.clone();
    unknown.andNot(known);
    byte[] merged = images.merge(bytes, image, known, row.bytes, row.image);
    row.set(row.state, merged, 0, unknown.isEmpty() ? null : unknown);
  }

  private void remove(byte[] bytes, int image) throws ReplayNeededException {
    if (!table.hasKey()) {
      throw unexpected("delete without a key");
    }
    images.findKey(bytes, image);
    FoldedRow row = rows.find(images);
    if (row == null) {
      rows.add(images).set(State.GONE, bytes, image, null);
      return;
    }
    switch (row.state) {
      case NEW -> row.set(State.GHOST, bytes, image, null);
      case CHANGED -> row.set(State.GONE, bytes, image, null);
      case GONE, GHOST -> throw unexpected("delete of a row that is gone");
    }
  }

  /**
   * Writes what is left. Rows go before others change and come, so that a value that must be unique
   * is free again; where that is not enough, the database refuses and the replay follows.
   */
  void flush() throws SQLException, ReplayNeededException {
    try {
      if (collect(State.GONE)) {
        table.delete(batch);
      }
      if (collect(State.GHOST)) {
        table.expectAbsent(batch);
      }
      if (collect(State.CHANGED)) {
        table.update(batch, null);
      }
      writePartly();
      if (collect(State.NEW)) {
        table.insert(batch);
      }
    } finally {
      batch.clear();
    }
    clear();
  }

  /** The rows in a state whose values are all known; whether there are any. */
  private boolean collect(State state) {
    batch.clear();
    for (int i = 0; i < rows.size(); i++) {
      FoldedRow row = rows.get(i);
      if (row.state == state && row.unchanged == null) {
        batch.add(row.bytes, row.image);
      }
    }
    return !batch.isEmpty();
  }

  /**
   * The changed rows of which some values are not known: those that lack the same ones together.
   */
  private void writePartly() throws SQLException, ReplayNeededException {
    Map<BitSet, List<FoldedRow>> partly = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      FoldedRow row = rows.get(i);
      if (row.unchanged != null) {
        partly.computeIfAbsent(row.unchanged, any -> new ArrayList<>()).add(row);
      }
    }
    for (Map.Entry<BitSet, List<FoldedRow>> alike : partly.entrySet()) {
      batch.clear();
      alike.getValue().forEach(row -> batch.add(row.bytes, row.image));
      table.update(batch, alike.getKey());
    }
  }

  void clear() {
    rows.clear();
  }

  private ReplayNeededException unexpected(String what) {
    return new ReplayNeededException(table.id() + ": " + what);
  }
}
