package dev.duplex.producer.spool;

import dev.duplex.schemas.PrimaryIdentity;

/**
 * The last transaction that a spool has confirmed, and what may be confirmed to the primary.
 *
 * @param position see {@link dev.duplex.schemas.Position}
 * @param transactionId the primary's number
 * @param commitMicros microseconds since 1970, the primary's clock
 * @param decoded LSN up to which everything is in this spool or was published before
 * @param systemId the primary's system identifier
 * @param timeline the primary's timeline
 */
public record SpoolEnd(
    long position,
    long transactionId,
    long commitMicros,
    long decoded,
    String systemId,
    int timeline) {

  public PrimaryIdentity identity() {
    return new PrimaryIdentity(systemId, timeline);
  }

  SpoolEnd withDecoded(long newDecoded) {
    return new SpoolEnd(position, transactionId, commitMicros, newDecoded, systemId, timeline);
  }
}
