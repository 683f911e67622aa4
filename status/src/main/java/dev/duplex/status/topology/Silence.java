package dev.duplex.status.topology;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.judge.LinkTransitions;
import dev.duplex.schemas.judge.SideReports;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The monitor's own events: who is silent, and that nobody is any more. */
final class Silence {
  private Silence() {}

  /** Who is silent according to an event of a monitor. */
  static EnumSet<Role> roles(StatusEvent event) {
    if (event.getState() == LinkState.IN_SYNC) {
      return EnumSet.noneOf(Role.class);
    }
    return event.getReason().equals(Reason.PRODUCER_SILENT.name())
        ? EnumSet.of(Role.PRODUCER)
        : EnumSet.of(Role.CONSUMER);
  }

  /**
   * What is to be reported of a link whose silent sides are not those that were reported.
   *
   * @param micros when it became so
   */
  static StatusEvent event(TrackedLink tracked, String instance, long micros) {
    StatusEvent last = tracked.own();
    boolean over = tracked.silent().isEmpty();
    LinkState before = last == null ? LinkState.IN_SYNC : last.getState();
    LinkState now = over ? LinkState.IN_SYNC : LinkState.DIVERGED;
    Progress producer = tracked.head(Role.PRODUCER);
    return StatusEvent.newBuilder()
        .setLink(tracked.link)
        .setIncident(last == null ? UUID.randomUUID().toString() : last.getIncident())
        .setObserver(Observer.MONITOR)
        .setSequence(last == null ? 1 : last.getSequence() + 1)
        .setInstance(instance)
        .setState(LinkTransitions.require(Observer.MONITOR, before, now))
        .setPreviousState(before)
        .setReason(over && last != null ? last.getReason() : reason(newest(tracked)))
        .setTimeMicros(micros)
        .setSystemId(producer == null ? null : producer.getSystemId())
        .setTimeline(producer == null ? null : producer.getTimeline())
        .setTransactions(pending(producer, tracked.head(Role.CONSUMER)))
        .setDetail(over ? "both sides report again" : detail(tracked.silent()))
        .build();
  }

  /** The side that fell silent last, as far as it was not reported before. */
  static Role newest(TrackedLink tracked) {
    Set<Role> fresh = EnumSet.noneOf(Role.class);
    fresh.addAll(tracked.silent());
    fresh.removeAll(tracked.reported());
    if (fresh.isEmpty()) {
      fresh.addAll(tracked.silent());
    }
    return fresh.isEmpty() ? Role.PRODUCER : fresh.iterator().next();
  }

  private static String reason(Role silent) {
    return SideReports.silence(silent).reason().map(Reason::name).orElseThrow();
  }

  private static String detail(Set<Role> silent) {
    if (silent.size() > 1) {
      return "neither producer nor consumer reports; are they running?";
    }
    return SideReports.silence(silent.iterator().next()).detail();
  }

  private static long pending(@Nullable Progress producer, @Nullable Progress consumer) {
    return producer == null || consumer == null
        ? 0
        : Math.max(0, producer.getTransactions() - consumer.getTransactions());
  }
}
