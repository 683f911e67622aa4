package dev.duplex.producer.relay;

import dev.duplex.producer.capture.CaptureStart;
import dev.duplex.schemas.Link;

/**
 * The last transaction that readers of the topics see whole.
 *
 * @param epoch under which that was
 * @param transactionId its number on the primary, 0 if it is none
 */
record PublishedEnd(long epoch, long position, long transactionId) {
  /** Whether nobody can have published anything before a relay took this epoch. */
  boolean isJustBefore(long claimed) {
    return claimed == epoch + 1;
  }

  /**
   * Where the capture goes on. What is published of a later transaction, whole or in part, is taken
   * again: the drain leaves it out.
   *
   * @param confirmed the LSN from which the slot sends
   */
  CaptureStart next(Link link, RelayLease holding, long confirmed) {
    return new CaptureStart(
        link, holding.identity(), holding.database(), position, transactionId, 0, 0, confirmed);
  }
}
