package dev.duplex.status.topology;

import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.judge.SideReports;
import dev.duplex.schemas.status.AppliedTime;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the monitor knows of one link: the heads, who is silent, and what it has reported about it.
 * Owned by one thread.
 */
final class TrackedLink {
  /** A message, and its bytes as they were read. */
  private static final class Kept<T> {
    private final T message;
    private final byte[] packed;

    Kept(T message, byte[] packed) {
      this.message = message;
      this.packed = packed;
    }
  }

  final String link;
  final EventIndex events = new EventIndex();
  private final Map<Role, Kept<Progress>> heads = new EnumMap<>(Role.class);
  private final Map<Role, Long> reports = new EnumMap<>(Role.class);
  private final Map<Role, Long> receivedNanos = new EnumMap<>(Role.class);
  private final AppliedTime applied = new AppliedTime();
  private final EnumSet<Role> silent = EnumSet.noneOf(Role.class);
  private EnumSet<Role> reported = EnumSet.noneOf(Role.class);
  private final long knownNanos;
  private long lastReceivedNanos;
  private @Nullable Kept<StatusEvent> own;

  /** A link of which nothing was known until now. */
  TrackedLink(String link, long now) {
    this.link = link;
    this.knownNanos = now;
    this.lastReceivedNanos = now;
  }

  /** Takes over what was stored. Silence is measured anew. */
  void restore(byte[] stored, PackedMessages messages) {
    LinkSnapshot snapshot = LinkSnapshot.decode(stored, messages);
    LinkSnapshot.Packed packed = LinkSnapshot.Packed.of(stored);
    restore(Role.PRODUCER, snapshot.producer(), packed.producer, snapshot.producerReports());
    restore(Role.CONSUMER, snapshot.consumer(), packed.consumer, snapshot.consumerReports());
    Progress consumer = snapshot.consumer();
    if (consumer != null) {
      applied.applied(consumer.getPosition(), snapshot.appliedMicros());
    }
    silent.addAll(snapshot.silent());
    reported.addAll(snapshot.reported());
    StatusEvent last = snapshot.own();
    byte[] packedLast = packed.own;
    own = last == null || packedLast == null ? null : new Kept<>(last, packedLast);
  }

  private void restore(Role role, @Nullable Progress head, byte @Nullable [] packed, long count) {
    if (head != null && packed != null) {
      heads.put(role, new Kept<>(head, packed));
    }
    reports.put(role, count);
  }

  byte[] encode() {
    Kept<Progress> producer = heads.get(Role.PRODUCER);
    Kept<Progress> consumer = heads.get(Role.CONSUMER);
    Kept<StatusEvent> last = own;
    return new LinkSnapshot(
            producer == null ? null : producer.message,
            consumer == null ? null : consumer.message,
            applied.micros(),
            reports.getOrDefault(Role.PRODUCER, 0L),
            reports.getOrDefault(Role.CONSUMER, 0L),
            silent,
            reported,
            last == null ? null : last.message)
        .encode(
            producer == null ? null : producer.packed,
            consumer == null ? null : consumer.packed,
            last == null ? null : last.packed);
  }

  /** A record of the progress topic; one of an instance that was replaced says nothing. */
  void take(Progress progress, byte[] packed, long now) {
    Role role = progress.getRole();
    Kept<Progress> known = heads.get(role);
    if (!ProgressOrder.supersedes(progress, known == null ? null : known.message)) {
      return;
    }
    heads.put(role, new Kept<>(progress, packed));
    reports.merge(role, 1L, Long::sum);
    receivedNanos.put(role, now);
    lastReceivedNanos = now;
    silent.remove(role);
    applied.add(progress, now);
  }

  /** An event that is on the status topic, and no repeat: follows other monitors. */
  void follow(StatusEvent event, byte[] packed) {
    if (event.getObserver() != Observer.MONITOR) {
      return;
    }
    Kept<StatusEvent> last = own;
    boolean same =
        last != null
            && last.message.getIncident().equals(event.getIncident())
            && event.getSequence() > last.message.getSequence();
    if (same && event.getState() == LinkState.IN_SYNC) {
      own = null;
      reported.clear();
    } else if (same || (last == null && events.isOpen(event.getIncident()))) {
      own = new Kept<>(event, packed);
      reported = Silence.roles(event);
      silent.addAll(reported); // until a report shows that it is not so any more
    }
  }

  /**
   * Looks who is silent.
   *
   * @param since when listening began
   * @return whether there is something new
   */
  boolean listen(long now, long since, long limitNanos) {
    boolean changed = false;
    for (Role role : Role.values()) {
      if (SideReports.isExpected(role, head(Role.PRODUCER), head(Role.CONSUMER))
          && quietNanos(role, now, since) >= limitNanos) {
        changed |= silent.add(role);
      }
    }
    return changed;
  }

  /** For how long nothing came from the role, while it would have been received. */
  long quietNanos(Role role, long now, long since) {
    long received = receivedNanos.getOrDefault(role, knownNanos);
    return now - (received - since > 0 ? received : since);
  }

  /** The last time that any side reported, or that this task began. */
  long lastReceivedNanos() {
    return lastReceivedNanos;
  }

  Set<Role> silent() {
    return silent;
  }

  Set<Role> reported() {
    return reported;
  }

  /** The monitor's last event of the incident that it has open. */
  @Nullable StatusEvent own() {
    return own == null ? null : own.message;
  }

  @Nullable Progress head(Role role) {
    Kept<Progress> head = heads.get(role);
    return head == null ? null : head.message;
  }

  /** The monitor reports how it is now. */
  void report(StatusEvent event, byte[] packed) {
    reported = EnumSet.copyOf(silent);
    own = event.getState() == LinkState.IN_SYNC ? null : new Kept<>(event, packed);
  }
}
