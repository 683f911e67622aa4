package dev.duplex.schemas.status;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.registry.SpecificMessages;
import org.jspecify.annotations.Nullable;

/** Facts and events for tests. */
final class Events {
  static {
    SpecificMessages.trustGenerated(); // copying an event needs it
  }

  private Events() {}

  static Fact diverged() {
    return Fact.diverged(Reason.BROKER_UNREACHABLE, 1_000, "no broker").withRange(null, 5L, null);
  }

  static Fact drained(long position) {
    return Fact.recovering(Reason.BROKER_UNREACHABLE, 2_000, "drained")
        .withRange(null, 5L, position)
        .withDrained();
  }

  static StatusEvent event(
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
