package dev.duplex.producer.relay;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * What a relay knows of itself at one moment.
 *
 * @param reason why it is not live; null while it is, or while it stands by for another instance
 * @param detail one line for people; empty if there is nothing to say
 * @param decoded everything the primary's log says up to this LSN is published; 0 if unknown
 * @param position the last transaction published; 0 if unknown
 * @param sinceNanos {@link Time#nanos} at the last change of state
 */
public record RelayStatus(
    RelayState state,
    @Nullable Reason reason,
    String detail,
    long decoded,
    long position,
    long sinceNanos) {
  static RelayStatus initial(Time time) {
    return new RelayStatus(RelayState.STANDBY, null, "", 0, 0, time.nanos());
  }
}
