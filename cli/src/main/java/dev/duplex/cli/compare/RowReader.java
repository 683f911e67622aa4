package dev.duplex.cli.compare;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads a table ahead, in a thread of its own that has the connection to itself meanwhile. Holds at
 * most some hundred kilobytes of rows, or one row if that is larger.
 */
final class RowReader implements RowSource, AutoCloseable {
  private static final int BATCH_BYTES = 64 << 10;
  private static final int BATCHES = 6;
  private static final long POLL_SECONDS = 1;
  private static final long JOIN_MILLIS = 5_000;

  /** Rows, or the end, or a failure. */
  private record Batch(List<SortedRow> rows, boolean last, @Nullable Exception failure) {}

  private final Connection connection;
  private final String sql;
  private final RowOrder order;
  private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(BATCHES);
  private final Thread thread;
  private Iterator<SortedRow> rows = List.<SortedRow>of().iterator();
  private @Nullable SortedRow previous;
  private boolean atEnd;

  private RowReader(Connection connection, String sql, RowOrder order, String name) {
    this.connection = connection;
    this.sql = sql;
    this.order = order;
    this.thread = new Thread(this::read, name);
    this.thread.setDaemon(true);
  }

  /**
   * Starts to read.
   *
   * @param sql a COPY to standard output whose rows come in the given order
   */
  static RowReader start(Connection connection, String sql, RowOrder order, String name) {
    RowReader reader = new RowReader(connection, sql, order, name);
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
      throw new SQLException("the server sent rows in another order than asked for: " + sql);
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
        CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
        List<SortedRow> batch = new ArrayList<>();
        int bytes = 0;
        byte[] row = copy.readFromCopy();
        while (row != null) {
          batch.add(order.row(row));
          bytes += row.length;
          if (bytes >= BATCH_BYTES) {
            batches.put(new Batch(batch, false, null));
            batch = new ArrayList<>();
            bytes = 0;
          }
          row = copy.readFromCopy();
        }
        batches.put(new Batch(batch, true, null));
      } catch (SQLException | RuntimeException e) {
        batches.put(new Batch(List.of(), true, e));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close() asked for it; the thread ends here
    }
  }

  /** Ends the thread; a read that was not at its end leaves the connection of no use. */
  @Override
  public void close() throws SQLException {
    if (!thread.isAlive()) {
      return;
    }
    thread.interrupt();
    if (!atEnd) {
      connection.abort(Runnable::run);
    }
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
