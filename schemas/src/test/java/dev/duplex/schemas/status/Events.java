package dev.duplex.schemas.status;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.wire.GeneratedRecords;
import org.jspecify.annotations.Nullable;

/** Facts and events for tests. */
public final class Events {
  static {
    GeneratedRecords.trust(); // copying an event needs it
  }

  private Events() {}

  public static Observation diverged() {
    return Observation.diverged(Reason.BROKER_UNREACHABLE, 1_000, "no broker")
        .withRange(null, 5L, null);
  }

  public static Observation drained(long position) {
    return Observation.recovering(Reason.BROKER_UNREACHABLE, 2_000, "drained")
        .withRange(null, 5L, position)
        .withDrained();
  }

  public static StatusEvent event(
      Observer observer, int sequence, LinkState state, @Nullable Long last, boolean drained) {
    return StatusEvent.newBuilder()
        .setLink("bank")
        .setIncident("one")
        .setObserver(observer)
        .setSequence(sequence)
        .setInstance("other")
        .setState(state)
        .setPreviousState(LinkState.IN_SYNC)
        .setReason(Reason.BROKER_UNREACHABLE.name())
        .setTimeMicros(sequence)
        .setLastPosition(last)
        .setDrained(drained)
        .setDetail("")
        .build();
  }
}
