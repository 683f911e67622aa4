package dev.duplex.producer.capture;

import java.util.List;

/**
 * Changes that were at hand together, in commit order; may begin and end within a transaction.
 *
 * @param decoded an LSN up to which every commit is in this batch or in one before it; {@link
 *     #UNKNOWN} if the batch ends within a transaction
 * @param room bytes of the capture's budget that it takes up until it is fetched
 */
public record ChangeBatch(List<CapturedChange> changes, long decoded, int room) {
  static final long UNKNOWN = 0;

  /** Whether {@link #decoded} says something. */
  public boolean atBoundary() {
    return decoded != UNKNOWN;
  }
}
