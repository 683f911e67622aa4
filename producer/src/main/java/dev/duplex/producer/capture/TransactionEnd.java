package dev.duplex.producer.capture;

/**
 * What is known when a transaction's commit arrives.
 *
 * @param position see {@link dev.duplex.schemas.Position}
 * @param endLsn where the commit record ends: everything before it may be confirmed once the
 *     transaction is durable elsewhere
 * @param transactionId the primary's number
 * @param commitMicros microseconds since 1970, the primary's clock
 */
public record TransactionEnd(long position, long endLsn, long transactionId, long commitMicros) {}
