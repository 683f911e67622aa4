package dev.duplex.producer.relay;

import dev.duplex.config.BatchLimit;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.row.EnvelopeSchema;
import dev.duplex.schemas.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * Puts source transactions into Kafka transactions. A Kafka transaction ends at the end of a source
 * transaction, unless one alone exceeds {@code relay.max-transaction}: that is cut. Each carries
 * the relay's progress, so that the head of the chain is always that of the last committed one.
 *
 * <p>Owned by the relay's thread.
 */
final class KafkaBatch {
  private static final int BATCH_ROWS = 20_000;
  private static final long BATCH_BYTES = 8 << 20;
  // Kafka ends a transaction after its timeout; far before, ours is cut.
  private static final long MAX_OPEN_MILLIS = KafkaSettings.TRANSACTION_TIMEOUT_MILLIS / 3;

  private final KafkaTransactions publisher;
  private final RelayHead head;
  private final BatchLimit maxTransaction;
  private final Time time;
  private final Runnable committed;
  private final LogEnd logEnd;

  private long openedMillis;
  private long openRows;
  private long pieceRows; // of the current source transaction in the open Kafka transaction
  private long pieceBytes;
  private boolean inside; // a source transaction is sent in part
  private long lastPosition;
  private long lastOrder;
  private long commits;

  /**
   * An empty batch.
   *
   * @param committed called after each commit
   */
  KafkaBatch(
      KafkaTransactions publisher,
      RelayHead head,
      BatchLimit maxTransaction,
      Time time,
      Runnable committed) {
    this.publisher = publisher;
    this.head = head;
    this.maxTransaction = maxTransaction;
    this.committed = committed;
    this.time = time;
    this.logEnd = new LogEnd(head, time);
  }

  /** The primary's log, as the progress will tell of it. */
  LogEnd logEnd() {
    return logEnd;
  }

  /** Whether the last source transaction was sent whole. */
  boolean atBoundary() {
    return !inside;
  }

  boolean isOpen() {
    return publisher.isOpen();
  }

  /** How many Kafka transactions were committed. */
  long commits() {
    return commits;
  }

  /**
   * Sends a change, and commits when the batch is full. What is published already is left out: a
   * capture may begin before the head, and a drain may end before the capture has passed it.
   *
   * @param end set on the last change of a source transaction
   */
  void send(
      EnvelopeSchema schema,
      byte @Nullable [] key,
      byte[] value,
      long position,
      long order,
      @Nullable TransactionEnd end) {
    if (head.covers(position, order)) {
      inside = end == null;
      return;
    }
    if (!publisher.isOpen()) {
      openedMillis = time.millis();
    }
    int size = value.length + (key == null ? 0 : key.length);
    publisher.change(schema, key, value);
    openRows++;
    pieceRows++;
    pieceBytes += size;
    lastPosition = position;
    lastOrder = order;
    if (end != null) {
      head.sent(end, order);
      inside = false;
      pieceRows = 0;
      pieceBytes = 0;
      if (openRows >= BATCH_ROWS || publisher.openBytes() >= BATCH_BYTES) {
        commit();
      }
    } else {
      inside = true;
      if (pieceRows >= maxTransaction.rows() || pieceBytes >= maxTransaction.bytes()) {
        cut();
      }
    }
  }

  /** Cuts a transaction that has been open for so long that Kafka may end it. */
  void cutIfLong() {
    if (publisher.isOpen() && time.millis() - openedMillis > MAX_OPEN_MILLIS) {
      cut();
    }
  }

  private void cut() {
    if (inside) {
      head.cut(lastPosition, lastOrder);
    }
    commit();
    pieceRows = 0;
    pieceBytes = 0;
  }

  /** Commits what was sent, and the progress; also if nothing was sent. */
  void commit() {
    logEnd.moved();
    Progress progress = head.live();
    publisher.progress(progress);
    publisher.commit();
    head.acknowledge(progress);
    openRows = 0;
    commits++;
    committed.run();
  }
}
