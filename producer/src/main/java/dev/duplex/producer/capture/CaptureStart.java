package dev.duplex.producer.capture;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;

/**
 * Where the capture takes up the chain.
 *
 * @param position the last transaction that is published whole
 * @param transactionId its number on the primary, 0 if it is none
 * @param cutPosition a later transaction that is published in part, or 0
 * @param cutOrder the last change of it that is published
 * @param slotStart the LSN from which the slot sends
 */
public record CaptureStart(
    Link link,
    PrimaryIdentity identity,
    String database,
    long position,
    long transactionId,
    long cutPosition,
    long cutOrder,
    long slotStart) {
  private static final long UNKNOWN = -1;

  /** It is not known what is published: the first transaction leaves its predecessor open. */
  public static CaptureStart ofUnknown(
      Link link, PrimaryIdentity identity, String database, long slotStart) {
    return new CaptureStart(link, identity, database, UNKNOWN, 0, 0, 0, slotStart);
  }

  /** Whether the head of the chain is known. */
  boolean isKnown() {
    return position != UNKNOWN;
  }
}
