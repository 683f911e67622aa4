package dev.duplex.producer;

import dev.duplex.schemas.avro.StatusEvent;

/**
 * Hears what becomes of a link, also of incidents that were open when the library was opened. Each
 * fact comes once, in order, on one thread that all listeners of a {@link Duplex} share: one that
 * throws is logged, one that blocks keeps the others waiting, but never a commit or the relay.
 *
 * <p>An event whose observer is {@code MONITOR} and whose incident begins with {@code local-} is
 * what this instance saw by itself; it is on no topic.
 */
public interface DuplexListener {
  /** An incident began, or went on for another reason: the secondary is not as the primary is. */
  default void diverged(StatusEvent event) {}

  /** The incident is over, and the secondary has everything that it concerned. */
  default void recovered(StatusEvent event) {}

  /** The link stands still until an operator acts; the event says why. */
  default void halted(StatusEvent event) {}
}
