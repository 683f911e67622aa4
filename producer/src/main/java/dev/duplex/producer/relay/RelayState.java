package dev.duplex.producer.relay;

/**
 * What a relay is doing.
 *
 * <ul>
 *   <li>{@code STANDBY → LIVE}: it got the slot and knows the head of the chain;
 *   <li>{@code STANDBY → SPOOLING}: it got the slot, but Kafka or the registry does not answer, or
 *       there are diff files of its own;
 *   <li>{@code LIVE → SPOOLING}: publishing failed;
 *   <li>{@code SPOOLING → DRAINING}: Kafka and the registry answer, and the diff files follow what
 *       is published;
 *   <li>{@code DRAINING → SPOOLING}: publishing failed again;
 *   <li>{@code DRAINING → LIVE}: nothing is left in the diff files;
 *   <li>{@code SPOOLING → LIVE}: Kafka answered before anything was spooled;
 *   <li>{@code LIVE, SPOOLING, DRAINING → STANDBY}: the primary is away, or another instance took
 *       over;
 *   <li>{@code any → HALTED}: an operator must act. {@code HALTED → STANDBY} when it was done and
 *       the relay has waited for it; otherwise the relay ends.
 * </ul>
 */
public enum RelayState {
  STANDBY,
  LIVE,
  SPOOLING,
  DRAINING,
  HALTED;

  /**
   * Whether there is this transition; a state may always be said again.
   *
   * @param to the state it becomes
   */
  boolean hasArrowTo(RelayState to) {
    return to == this
        || switch (this) {
          case STANDBY -> to == LIVE || to == SPOOLING || to == HALTED;
          case LIVE -> to == SPOOLING || to == STANDBY || to == HALTED;
          case SPOOLING, DRAINING -> true;
          case HALTED -> to == STANDBY;
        };
  }

  /**
   * Refuses a transition that there is not.
   *
   * @throws IllegalStateException names both states
   */
  void requireArrowTo(RelayState to) {
    if (!hasArrowTo(to)) {
      throw new IllegalStateException("a relay that is " + this + " does not become " + to);
    }
  }
}
