package dev.duplex.producer.relay;

import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How far the relay has published: the head of the chain, as the next progress record will say it.
 *
 * <p>Owned by the relay's thread.
 */
final class RelayHead {
  private final Progress base;
  private final Supplier<@Nullable String> incident;
  private long epoch;
  private long position;
  private long transactionId;
  private long commitMicros;
  private long cutPosition;
  private long cutOrder;
  private long decoded;
  private long decodedMicros;
  private long primaryMicros;
  private long transactions;
  private long changes;
  private Progress acknowledged;

  /**
   * Goes on from what the last relay has written.
   *
   * @param base that record, with this relay's instance
   * @param incident tells which one of the status topic is open
   */
  RelayHead(Progress base, Supplier<@Nullable String> incident) {
    this.base = base;
    this.incident = incident;
    epoch = base.getEpoch();
    position = base.getPosition();
    transactionId = base.getTransactionId();
    commitMicros = base.getCommitMicros();
    Long cut = base.getCutPosition();
    cutPosition = cut == null ? 0 : cut;
    cutOrder = base.getCutOrder();
    decoded = base.getDecoded();
    decodedMicros = base.getDecodedMicros();
    primaryMicros = base.getPrimaryMicros();
    transactions = base.getTransactions();
    changes = base.getChanges();
    acknowledged = base;
  }

  /** The relay writes under this epoch from now on. */
  void epoch(long claimed) {
    epoch = claimed;
  }

  long decoded() {
    return decoded;
  }

  long position() {
    return position;
  }

  /** How many transactions were sent since the link began. */
  long transactions() {
    return transactions;
  }

  /** How many changes were sent since the link began. */
  long changes() {
    return changes;
  }

  /** Kafka has durably a record that {@link #live} made, and what was sent before it. */
  void acknowledge(Progress committed) {
    acknowledged = committed;
  }

  /** The last transaction that is known to be published whole. */
  PublishedEnd acknowledged() {
    return new PublishedEnd(
        acknowledged.getEpoch(), acknowledged.getPosition(), acknowledged.getTransactionId());
  }

  /** Whether a change is published already: it lies before the head or in its cut part. */
  boolean covers(long changePosition, long order) {
    return changePosition <= position || (changePosition == cutPosition && order <= cutOrder);
  }

  /**
   * A whole transaction was sent.
   *
   * @throws IllegalStateException if it is published already: the head never runs backwards
   */
  void sent(TransactionEnd end, long count) {
    if (end.position() <= position) {
      throw new IllegalStateException(
          "the transaction at "
              + Position.format(end.position())
              + " was sent, but published is up to "
              + Position.format(position));
    }
    position = end.position();
    transactionId = end.transactionId();
    commitMicros = end.commitMicros();
    cutPosition = 0;
    cutOrder = 0;
    transactions++;
    changes += count;
    decoded(end.endLsn());
  }

  /** A transaction will be committed to Kafka in part, up to this change of it. */
  void cut(long inPosition, long order) {
    if (covers(inPosition, order)) {
      return;
    }
    cutPosition = inPosition;
    cutOrder = order;
  }

  /** Every commit up to this LSN was sent. */
  void decoded(long lsn) {
    decoded = Math.max(decoded, lsn);
  }

  /** Every commit before this time of the primary's clock was sent; it may have been set back. */
  void decodedMicros(long micros) {
    decodedMicros = micros;
  }

  /**
   * The primary's clock, as it was asked just now.
   *
   * @param waiting for how long at least something is not decoded: a clock that was set back must
   *     not hide it
   */
  void primaryMicros(long micros, long waiting) {
    primaryMicros = decodedMicros == 0 ? micros : Math.max(micros, decodedMicros + waiting);
  }

  /** With what was not acknowledged: it belongs in the Kafka transaction that is open. */
  Progress live() {
    return Progress.newBuilder(base)
        .setEpoch(epoch)
        .setState(ProgressState.LIVE)
        .setReason(null)
        .setDetail(null)
        .setIncident(incident.get())
        .setPosition(position)
        .setTransactionId(transactionId)
        .setCommitMicros(commitMicros)
        .setCutPosition(cutPosition == 0 ? null : cutPosition)
        .setCutOrder(cutOrder)
        .setDecoded(decoded)
        .setDecodedMicros(decodedMicros)
        .setPrimaryMicros(primaryMicros)
        .setTransactions(transactions)
        .setChanges(changes)
        .build();
  }

  /** Without what was not acknowledged: that was given up, and whoever comes next publishes it. */
  Progress halted(Reason reason, String detail) {
    return Progress.newBuilder(acknowledged)
        .setEpoch(epoch)
        .setState(ProgressState.HALTED)
        .setReason(reason.name())
        .setDetail(reason + ": " + detail)
        .setIncident(incident.get())
        .build();
  }
}
