package dev.duplex.admin.compare;

import dev.duplex.database.rows.OrderedRead;
import dev.duplex.database.rows.RowLines;
import dev.duplex.database.rows.TableSnapshot;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table ahead, in a thread of its own that has the snapshot to itself meanwhile. Holds at
 * most some hundred kilobytes of rows, or one row if that is larger.
 */
final class RowReader implements RowSource, AutoCloseable {
  private static final int BATCH_BYTES = 64 << 10;
  private static final int BATCHES = 6;
  private static final long POLL_SECONDS = 1;
  private static final long JOIN_MILLIS = 5_000;

  /** Rows, or the end, or a failure. */
  private record Batch(List<SortedRow> rows, boolean last, @Nullable Exception failure) {}

  private final TableSnapshot snapshot;
  private final OrderedRead wanted;
  private final RowOrder order;
  private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(BATCHES);
  private final Thread thread;
  private Iterator<SortedRow> rows = List.<SortedRow>of().iterator();
  private @Nullable SortedRow previous;
  private boolean atEnd;

  private RowReader(TableSnapshot snapshot, OrderedRead wanted, RowOrder order, String name) {
    this.snapshot = snapshot;
    this.wanted = wanted;
    this.order = order;
    this.thread = new Thread(this::read, name);
    this.thread.setDaemon(true);
  }

  /**
   * Starts to read.
   *
   * @param snapshot belongs to the reader until that is at its end
   */
  static RowReader start(TableSnapshot snapshot, TablePlan plan, String side) {
    RowReader reader = new RowReader(snapshot, plan.read(), plan.order(), "duplex-compare-" + side);
    reader.thread.start();
    return reader;
  }

  @Override
  public @Nullable SortedRow next() throws SQLException, InterruptedException {
    while (!rows.hasNext()) {
      if (atEnd) {
        return null;
      }
      take();
    }
    SortedRow row = rows.next();
    Comparator<SortedRow> comparator = order;
    if (previous != null && comparator.compare(previous, row) > 0) {
      throw new SQLException("the server sent rows in another order than asked for: " + wanted);
    }
    previous = row;
    return row;
  }

  private void take() throws SQLException, InterruptedException {
    Batch batch = batches.poll(POLL_SECONDS, TimeUnit.SECONDS);
    if (batch == null) {
      if (!thread.isAlive() && batches.isEmpty()) {
        throw new SQLException("the reading thread ended unexpectedly");
      }
      return;
    }
    if (batch.failure() != null) {
      throw batch.failure() instanceof SQLException e ? e : new SQLException(batch.failure());
    }
    rows = batch.rows().iterator();
    atEnd = batch.last();
  }

  private void read() {
    try {
      try {
        RowLines lines = snapshot.read(wanted);
        for (List<byte[]> next = lines.next(BATCH_BYTES);
            !next.isEmpty();
            next = lines.next(BATCH_BYTES)) {
          batches.put(new Batch(next.stream().map(order::row).toList(), false, null));
        }
        batches.put(new Batch(List.of(), true, null));
      } catch (SQLException | RuntimeException e) {
        batches.put(new Batch(List.of(), true, e));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close() asked for it; the thread ends here
    }
  }

  /** Ends the thread; a read that was not at its end leaves the snapshot of no use. */
  @Override
  public void close() throws SQLException {
    if (!thread.isAlive()) {
      return;
    }
    thread.interrupt();
    if (!atEnd) {
      snapshot.abort();
    }
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
