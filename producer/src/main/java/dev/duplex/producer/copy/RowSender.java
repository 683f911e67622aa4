package dev.duplex.producer.copy;

import dev.duplex.config.BatchLimit;
import dev.duplex.database.source.SourceSnapshot;
import dev.duplex.database.source.TableRows;
import dev.duplex.producer.relay.ChangePublisher;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.row.EnvelopeEncoder;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.SourceRow;
import dev.duplex.schemas.row.TransactionStamp;
import dev.duplex.schemas.table.TableId;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * Sends the rows of one table after the other, in Kafka transactions of limited size and duration.
 *
 * <p>Owned by the copy's thread.
 */
final class RowSender {
  // Well below what the broker allows one transaction.
  private static final long LONGEST_TRANSACTION_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int ROWS_BETWEEN_LOOKS = 256;

  private final ChangePublisher publisher;
  private final TransactionStamp stamp;
  private final BatchLimit limit;
  private final long estimatedRows;
  private final CopyListener listener;
  private final Time time;
  private long rows;
  private long rowsInTransaction;
  private long transactionStartNanos;

  RowSender(
      ChangePublisher publisher,
      TransactionStamp stamp,
      BatchLimit limit,
      long estimatedRows,
      CopyListener listener,
      Time time) {
    this.publisher = publisher;
    this.stamp = stamp;
    this.limit = limit;
    this.estimatedRows = estimatedRows;
    this.listener = listener;
    this.time = time;
    this.transactionStartNanos = time.nanos();
  }

  long rows() {
    return rows;
  }

  void send(SourceSnapshot snapshot, Link link, PrimaryIdentity identity, TableId table)
      throws SQLException, InterruptedException {
    EnvelopeEncoder encoder =
        new EnvelopeEncoder(link, identity, snapshot.database(), snapshot.table(table));
    try (TableRows read = snapshot.read(encoder.table())) {
      long tableRows = 0;
      long nowMillis = time.clock().millis();
      SourceRow row = read.next();
      while (row != null) {
        tableRows++;
        rows++;
        byte[] change =
            encoder.change(Operation.READ, stamp, nowMillis, rows, tableRows, null, row);
        publisher.change(encoder.schema(), encoder.key(row), change);
        rowsInTransaction++;
        if (rows % ROWS_BETWEEN_LOOKS == 0) {
          nowMillis = time.clock().millis();
          look();
        }
        cutIfLarge();
        row = read.next();
      }
    }
    listener.sent(rows, estimatedRows);
  }

  private void look() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the copy was stopped");
    }
    listener.sent(rows, estimatedRows);
    if (time.nanos() - transactionStartNanos > LONGEST_TRANSACTION_NANOS) {
      cut();
    }
  }

  private void cutIfLarge() {
    if (rowsInTransaction >= limit.rows() || publisher.openBytes() >= limit.bytes()) {
      cut();
    }
  }

  private void cut() {
    publisher.commit();
    rowsInTransaction = 0;
    transactionStartNanos = time.nanos();
  }
}
