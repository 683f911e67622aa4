package dev.duplex.database.target;

import dev.duplex.schemas.PrimaryIdentity;
import org.jspecify.annotations.Nullable;

/**
 * How far the secondary is. Written in the same database transaction as the rows, so it is true
 * whatever was killed, and when.
 *
 * @param epoch grows with each applier; only the one that holds the newest can write
 * @param identity of the primary that the position belongs to
 * @param topicId Kafka's id of the changes topic that the offset belongs to
 * @param offset the next one to read
 * @param last the transaction applied last
 * @param copy the copy in progress; the position is the copy's then
 */
public record Checkpoint(
    long epoch,
    PrimaryIdentity identity,
    String topicId,
    long offset,
    AppliedTransaction last,
    @Nullable CopyProgress copy,
    AppliedTotals totals) {

  /** The same place, further on in the topic. */
  public Checkpoint withOffset(long newOffset) {
    return new Checkpoint(epoch, identity, topicId, newOffset, last, copy, totals);
  }

  public long position() {
    return last.position();
  }
}
