package dev.duplex.schemas.row;

import org.jspecify.annotations.Nullable;

/**
 * What all changes of one transaction say alike.
 *
 * @param id Debezium's {@code transaction.id}: {@code <xid>:<position>}, or {@code copy:<id>}
 * @param transactionId the primary's number of the transaction; null for a copy
 * @param position see {@link dev.duplex.schemas.Position}
 * @param previousPosition the transaction before it in the chain; null for a copy, which begins
 *     one, and while it is not known what is published
 * @param commitMicros microseconds since 1970, the primary's clock
 */
public record TransactionStamp(
    String id,
    @Nullable Long transactionId,
    long position,
    @Nullable Long previousPosition,
    long commitMicros) {

  /** The stamp of a transaction of the primary. */
  public static TransactionStamp of(
      long transactionId, long position, @Nullable Long previousPosition, long commitMicros) {
    return new TransactionStamp(
        transactionId + ":" + dev.duplex.schemas.Position.format(position),
        transactionId,
        position,
        previousPosition,
        commitMicros);
  }

  /** The stamp of the rows of a copy. */
  public static TransactionStamp ofCopy(String copyId, long position, long snapshotMicros) {
    return new TransactionStamp("copy:" + copyId, null, position, null, snapshotMicros);
  }
}
