package dev.duplex.schemas.judge;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;

/**
 * The steps that a link's state may take within an incident, as its events tell it (previous state
 * and state):
 *
 * <ul>
 *   <li>{@code IN_SYNC → DIVERGED}: the incident begins; {@code → RECOVERING} if it is a copy,
 *       {@code → HALTED} if an operator must act at once;
 *   <li>{@code DIVERGED → RECOVERING}: what was missing is on its way;
 *   <li>{@code RECOVERING → IN_SYNC}: it has arrived;
 *   <li>{@code RECOVERING → DIVERGED}: it happens again before the end;
 *   <li>{@code DIVERGED, HALTED → IN_SYNC}: it is over and nothing was missing, as when a silent
 *       side is heard again. Not in the relay's incidents: what it has held back is first on its
 *       way, and only the applier knows when it has arrived;
 *   <li>{@code any → HALTED}: an operator must act; {@code HALTED → DIVERGED, RECOVERING} when he
 *       has;
 *   <li>{@code DIVERGED, RECOVERING, HALTED → the same}: with another reason, or other positions.
 * </ul>
 */
public final class LinkTransitions {
  private LinkTransitions() {}

  /**
   * Whether there is such a step.
   *
   * @param owner whose incident it is
   */
  public static boolean isLegal(Observer owner, LinkState from, LinkState to) {
    return switch (to) {
      case DIVERGED, RECOVERING, HALTED -> true;
      case IN_SYNC ->
          switch (from) {
            case IN_SYNC -> false;
            case RECOVERING -> true;
            case DIVERGED, HALTED -> owner != Observer.PRODUCER;
          };
    };
  }

  /**
   * Refuses a step that there is not.
   *
   * @return the state that the link is in then
   * @throws IllegalStateException if there is no such step, which is a bug
   */
  public static LinkState require(Observer owner, LinkState from, LinkState to) {
    if (!isLegal(owner, from, to)) {
      throw new IllegalStateException(
          "an incident of the " + owner + " does not go from " + from + " to " + to);
    }
    return to;
  }
}
