package dev.duplex.producer.link;

import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.judge.Finding;
import dev.duplex.schemas.judge.SideFacts;
import dev.duplex.schemas.judge.SideReports;
import dev.duplex.schemas.status.AppliedTime;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Draws from progress records what an instance needs to know. Silence is measured by this process's
 * own elapsed time, and only while the topic can be read.
 *
 * <p>Owned by the follower's thread.
 */
final class ProgressWatch {
  private static final Duration LEAST_SILENCE = Duration.ofSeconds(3); // both report every second

  private final LinkTracker tracker;
  private final Time time;
  private final long silentNanos;
  private final Map<Role, Progress> heads = new EnumMap<>(Role.class);
  private final Map<Role, Long> receivedNanos = new EnumMap<>(Role.class);
  private final Set<Role> silent = EnumSet.noneOf(Role.class);
  private final AppliedTime applied = new AppliedTime();
  private boolean reachable;
  private boolean atEnd;

  ProgressWatch(LinkTracker tracker, Duration divergedAfter, Time time) {
    this.time = time;
    this.tracker = tracker;
    this.silentNanos =
        (divergedAfter.compareTo(LEAST_SILENCE) < 0 ? LEAST_SILENCE : divergedAfter).toNanos();
  }

  void take(Progress progress) {
    Role role = progress.getRole();
    Progress known = heads.get(role);
    if (!ProgressOrder.supersedes(progress, known)) {
      return; // one that was replaced has woken up
    }
    heads.put(role, progress);
    long now = time.nanos();
    receivedNanos.put(role, now);
    applied.add(progress, now);
    if (role == Role.PRODUCER) {
      if (known != null && !ProgressOrder.sameStart(known, progress)) {
        tracker.restart(!samePrimary(known, progress));
      }
      tracker.published(progress.getDecoded(), progress.getPosition());
    }
    Progress producer = heads.get(Role.PRODUCER);
    Progress consumer = heads.get(Role.CONSUMER);
    if (producer != null && consumer != null && ProgressOrder.sameStart(producer, consumer)) {
      tracker.applied(consumer.getPosition());
    }
    if (atEnd) {
      states();
    }
  }

  /** All that was there is read; what the newest records say is true now. */
  void atEnd() {
    if (!atEnd) {
      atEnd = true;
      states();
      show();
    }
  }

  /** Broker and registry answer. */
  void reachable() {
    if (!reachable) {
      reachable = true;
      long now = time.nanos();
      for (Role role : Role.values()) {
        receivedNanos.put(role, now); // who reported meanwhile was not received
      }
    }
    tracker.resolve(LocalIncident.UNREACHABLE);
    tracker.suspect(Reason.PRODUCER_SILENT);
  }

  void unreachable(Reason reason, String detail) {
    reachable = false;
    tracker.observe(LocalIncident.UNREACHABLE, Finding.seen(LinkState.DIVERGED, reason, detail));
  }

  /** Looks at the clock. */
  void tick() {
    if (reachable) {
      silence(Role.PRODUCER, LocalIncident.PRODUCER_SILENT);
      silence(Role.CONSUMER, LocalIncident.CONSUMER_SILENT);
    }
    if (atEnd) {
      show();
    }
  }

  private void show() {
    tracker.heads(
        SideFacts.of(Optional.ofNullable(heads.get(Role.PRODUCER)), silent.contains(Role.PRODUCER)),
        SideFacts.of(Optional.ofNullable(heads.get(Role.CONSUMER)), silent.contains(Role.CONSUMER)),
        applied.micros());
  }

  private void silence(Role role, LocalIncident local) {
    Long received = receivedNanos.get(role);
    if (received != null && time.nanos() - received < silentNanos) {
      silent.remove(role);
      tracker.resolve(local);
    } else if (isExpected(role)) {
      silent.add(role);
      tracker.observe(local, SideReports.silence(role));
    }
  }

  private boolean isExpected(Role role) {
    Progress producer = heads.get(Role.PRODUCER);
    return producer == null || SideReports.isExpected(role, producer, heads.get(Role.CONSUMER));
  }

  private void states() {
    state(Role.PRODUCER, LocalIncident.PRODUCER_STATE);
    state(Role.CONSUMER, LocalIncident.CONSUMER_STATE);
  }

  private void state(Role role, LocalIncident local) {
    SideReports.state(role, heads.get(role))
        .ifPresentOrElse(finding -> tracker.observe(local, finding), () -> tracker.resolve(local));
  }

  private static boolean samePrimary(Progress a, Progress b) {
    return a.getSystemId().equals(b.getSystemId()) && a.getTimeline() == b.getTimeline();
  }
}
