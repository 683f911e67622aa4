package dev.duplex.admin.setup;

import dev.duplex.database.source.ReplicationSlot;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.SetupException;
import org.jspecify.annotations.Nullable;

/**
 * Where a link stands, as its four holders tell: slot, topics, head and checkpoint. They must agree
 * before anything is created, or a gap would be papered over.
 *
 * @param slot on the primary
 * @param head of the relay, in Kafka
 * @param topicId of the changes topic
 * @param checkpoint on the secondary
 * @param copyId a copy that was interrupted
 */
record LinkPlace(
    String link,
    PrimaryIdentity identity,
    ReplicationSlot.@Nullable State slot,
    @Nullable Progress head,
    @Nullable String topicId,
    @Nullable Checkpoint checkpoint,
    @Nullable String copyId) {
  private static final String RECOPY = "; run 'duplex init --recopy'";

  /** Whether the link was never completely set up. */
  boolean isNew() {
    return head == null;
  }

  /**
   * Checks that the link can go on from where it is, without a copy.
   *
   * @throws DuplexException if it cannot
   */
  void require() {
    if (copyId != null) {
      throw new SetupException(
          "a copy of link " + link + " was interrupted; run 'duplex init --copy' again");
    }
    if (slot != null && !slot.usable()) {
      throw lost("the primary has thrown away log that its slot still needed");
    }
    if (head == null) {
      requireUnused();
    } else {
      requireContinuous(head);
    }
  }

  private void requireUnused() {
    if (checkpoint == null) {
      return;
    }
    boolean start =
        slot != null
            && checkpoint.position() == slot.confirmed() - 1
            && checkpoint.topicId().equals(topicId)
            && checkpoint.identity().equals(identity);
    if (!start) {
      throw new HaltException(
          Reason.GAP,
          "the secondary has followed link "
              + link
              + " up to "
              + Position.format(checkpoint.position())
              + ", but Kafka knows nothing of it"
              + RECOPY
              + " (or, if both databases are equal now and nobody writes, 'duplex remove"
              + " --checkpoints' and then init)");
    }
  }

  private void requireContinuous(Progress known) {
    if (!known.getSystemId().equals(identity.systemId())
        || known.getTimeline() != identity.timeline()) {
      throw lost(
          "the primary is another one than before (system/timeline "
              + identity
              + " instead of "
              + known.getSystemId()
              + "/"
              + known.getTimeline()
              + ")");
    }
    if (slot == null) {
      throw lost("its slot on the primary is gone");
    }
    if (!known.getTopicId().equals(topicId)) {
      throw gap("the changes topic was deleted and made again");
    }
    if (slot.confirmed() > known.getDecoded()) {
      throw gap(
          "the primary was told that everything up to "
              + Position.format(slot.confirmed())
              + " is safe, but Kafka only knows up to "
              + Position.format(known.getDecoded()));
    }
    if (checkpoint == null && known.getTransactions() > 0) {
      throw gap("the secondary has no checkpoint (duplex.applied)");
    }
  }

  private HaltException lost(String what) {
    return new HaltException(
        Reason.CAPTURE_LOST, "link " + link + " lost its place: " + what + RECOPY);
  }

  private HaltException gap(String what) {
    return new HaltException(Reason.GAP, "link " + link + " lost its place: " + what + RECOPY);
  }
}
