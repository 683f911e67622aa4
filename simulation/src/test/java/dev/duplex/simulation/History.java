package dev.duplex.simulation;

import dev.duplex.database.target.Checkpoint;
import org.jspecify.annotations.Nullable;

/**
 * Promises 1, 2, 3 and 7: what the secondary shows is the primary after some transaction of its
 * log, whole, the one that the checkpoint names, and never an earlier one than before.
 */
final class History implements SimulatedSecondary.Watch {
  private final SimulatedPrimary primary;
  private Tables expected = new Tables();
  private int next;
  private long position = -1;
  private @Nullable String copy;

  History(SimulatedPrimary primary) {
    this.primary = primary;
  }

  @Override
  public void committed(Tables tables, @Nullable Checkpoint checkpoint) {
    if (checkpoint == null) {
      return;
    }
    if (checkpoint.copy() != null) {
      copy = checkpoint.copy().id();
      return; // promise 2 rests
    }
    if (copy != null) {
      copy = null;
      expected = new Tables();
      next = 0;
      position = -1;
    }
    if (checkpoint.position() < position) {
      throw primary.simulator.violated(
          "the secondary went back from " + position + " to " + checkpoint.position());
    }
    if (checkpoint.totals().mismatches() > 0) {
      throw primary.simulator.violated(
          "a row was not as the changes imply, though nobody else has written");
    }
    position = checkpoint.position();
    while (next < primary.log.size() && primary.log.get(next).position() <= position) {
      primary.log.get(next++).changes().forEach(expected::apply);
    }
    if (!expected.equals(tables)) {
      throw primary.simulator.violated(
          "at %d the primary had\n  %s\nbut the secondary shows\n  %s"
              .formatted(position, expected, tables));
    }
  }

  /** Whether the secondary has everything. */
  boolean isComplete() {
    return copy == null && next == primary.log.size();
  }
}
