package dev.duplex.consumer;

/**
 * What an applier is doing. {@code STANDBY → APPLYING} when it gets the role; {@code APPLYING ↔
 * WAITING} when the secondary is away and back; {@code APPLYING ↔ FAILED} when the secondary
 * refuses a change and takes it later; any of them {@code → STANDBY} when another one has the role,
 * {@code → HALTED} when an operator must act, {@code → STOPPED} at the end.
 */
public enum ApplierState {
  /** Another instance applies, or this one has not got the role yet. */
  STANDBY,
  APPLYING,
  /** The secondary is away; tried again for ever. */
  WAITING,
  /** The secondary refuses a change; tried again every two seconds. */
  FAILED,
  HALTED,
  STOPPED;

  /** Whether this state may follow itself or be followed by another one. */
  boolean hasArrow(ApplierState to) {
    return switch (this) {
      case STANDBY, WAITING -> to != FAILED; // only a change that is applied can be refused
      case APPLYING, FAILED -> true;
      case HALTED, STOPPED -> false;
    };
  }

  /**
   * Checks that a state may follow this one.
   *
   * @throws IllegalStateException if it may not
   */
  void requireArrow(ApplierState to) {
    if (!hasArrow(to)) {
      throw new IllegalStateException("an applier that is " + this + " cannot become " + to);
    }
  }
}
