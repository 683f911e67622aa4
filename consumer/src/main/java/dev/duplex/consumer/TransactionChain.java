package dev.duplex.consumer;

import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.CopyProgress;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.failure.HaltException;
import org.jspecify.annotations.Nullable;

/**
 * Decides which change is next (promise 7): a transaction is taken only if the one before it is the
 * one that was applied last, and its changes only one after the other. What was applied already is
 * skipped; anything else is a gap.
 *
 * <p>Not thread-safe.
 */
final class TransactionChain {
  /** What to do with a change. */
  enum Step {
    /** It was applied before. */
    SKIP,
    TAKE,
    /** Take it; its transaction is complete with it. */
    TAKE_LAST
  }

  private final String remedy;
  private PrimaryIdentity identity;
  private long applied;
  private @Nullable String copyId;
  private boolean open;
  private long position;
  private long order;

  /**
   * A chain that goes on behind what is stored.
   *
   * @param remedy a sentence that says what to do about a gap
   */
  TransactionChain(Checkpoint checkpoint, String remedy) {
    this.remedy = remedy;
    identity = checkpoint.identity();
    restart(checkpoint);
  }

  /** Goes on behind what is stored. */
  void restart(Checkpoint checkpoint) {
    identity = checkpoint.identity();
    applied = checkpoint.position();
    CopyProgress copy = checkpoint.copy();
    copyId = copy == null ? null : copy.id();
    order = copy == null ? 0 : copy.order();
    open = false;
  }

  /** Whether no transaction is taken in part. */
  boolean atBoundary() {
    return !open;
  }

  /** How many rows of the copy in progress were taken. */
  long copyOrder() {
    return order;
  }

  /**
   * Looks at a change.
   *
   * @throws HaltException if it is not the next one, or of another primary
   */
  Step step(Change change) {
    if (!change.identity().equals(identity)) {
      throw new HaltException(
          Reason.CAPTURE_LOST,
          "position %s belongs to primary %s, but the secondary follows %s: run 'duplex init --recopy'"
              .formatted(Position.format(change.position()), change.identity(), identity));
    }
    if (change.copyId() != null) {
      return stepCopy(change, change.copyId());
    }
    if (change.position() <= applied) {
      return Step.SKIP;
    }
    if (copyId != null) {
      throw gap(
          change,
          "copy " + copyId + " was not completed before it; run 'duplex init --copy' again");
    }
    return open ? stepOn(change) : begin(change);
  }

  private Step stepCopy(Change change, String id) {
    if (!id.equals(copyId)) {
      throw gap(change, "a row of copy " + id + " comes outside of that copy");
    }
    if (change.order() <= order) {
      return Step.SKIP;
    }
    if (change.order() != order + 1) {
      throw gap(change, "row %d of copy %s follows row %d".formatted(change.order(), id, order));
    }
    order++;
    return Step.TAKE_LAST;
  }

  private Step begin(Change change) {
    if (!change.hasPreviousPosition()) {
      throw gap(
          change,
          "nobody could tell which one it follows when it was captured, so something may be missing"
              + " between it and %s, up to where the secondary has applied"
                  .formatted(Position.format(applied)));
    }
    if (change.previousPosition() != applied) {
      throw gap(
          change,
          "it follows %s, but the secondary has applied up to %s"
              .formatted(Position.format(change.previousPosition()), Position.format(applied)));
    }
    open = true;
    position = change.position();
    order = 0;
    return stepOn(change);
  }

  private Step stepOn(Change change) {
    if (change.position() != position) {
      throw gap(
          change,
          "the transaction at %s ends after change %d without its last one"
              .formatted(Position.format(position), order));
    }
    if (change.order() <= order) {
      return Step.SKIP; // a relay that took over published this part again
    }
    if (change.order() != order + 1) {
      throw gap(change, "change %d follows change %d".formatted(change.order(), order));
    }
    order++;
    if (change.count() == 0) {
      return Step.TAKE;
    }
    if (change.count() != order) {
      throw gap(change, "it has %d changes, but %d came".formatted(change.count(), order));
    }
    open = false;
    applied = position;
    return Step.TAKE_LAST;
  }

  /** Nothing comes any more, but a transaction is taken in part. */
  HaltException unfinished() {
    return gap(position, "there are only the first %d of its changes".formatted(order));
  }

  private HaltException gap(Change change, String what) {
    return gap(change.position(), what);
  }

  private HaltException gap(long at, String what) {
    return new HaltException(
        Reason.GAP,
        "the transaction at position %s cannot be applied: %s. %s"
            .formatted(Position.format(at), what, remedy));
  }
}
