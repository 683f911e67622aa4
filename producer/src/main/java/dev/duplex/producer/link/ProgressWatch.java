package dev.duplex.producer.link;

import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Draws from progress records what an instance needs to know. Silence is measured by this process's
 * own elapsed time, and only while the topic can be read.
 *
 * <p>Owned by the follower's thread.
 */
final class ProgressWatch {
  private static final Duration LEAST_SILENCE = Duration.ofSeconds(3); // both speak every second

  private final LinkTracker view;
  private final long silentNanos;
  private final Map<Role, Progress> heads = new EnumMap<>(Role.class);
  private final Map<Role, Long> heardNanos = new EnumMap<>(Role.class);
  private boolean reachable;
  private boolean atEnd;

  ProgressWatch(LinkTracker view, Duration divergedAfter) {
    this.view = view;
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
    heardNanos.put(role, System.nanoTime());
    if (role == Role.PRODUCER) {
      if (known != null && !ProgressOrder.sameStart(known, progress)) {
        view.restart(!samePrimary(known, progress));
      }
      view.published(progress.getDecoded(), progress.getPosition());
    }
    Progress producer = heads.get(Role.PRODUCER);
    Progress consumer = heads.get(Role.CONSUMER);
    if (producer != null && consumer != null && ProgressOrder.sameStart(producer, consumer)) {
      view.applied(consumer.getPosition());
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
      view.heard();
    }
  }

  /** Broker and registry answer. */
  void reachable() {
    if (!reachable) {
      reachable = true;
      long now = System.nanoTime();
      for (Role role : Role.values()) {
        heardNanos.put(role, now); // who spoke meanwhile was not heard
      }
    }
    view.lose(LocalIncident.UNREACHABLE);
    view.suspect(Reason.PRODUCER_SILENT);
  }

  void unreachable(Reason reason, String detail) {
    reachable = false;
    view.see(LocalIncident.UNREACHABLE, LinkState.DIVERGED, reason, detail);
  }

  /** Looks at the clock. */
  void tick() {
    if (reachable) {
      silence(
          Role.PRODUCER,
          LocalIncident.PRODUCER_SILENT,
          Reason.PRODUCER_SILENT,
          "no producer reports");
      silence(
          Role.CONSUMER,
          LocalIncident.CONSUMER_SILENT,
          Reason.CONSUMER_SILENT,
          "no consumer reports");
    }
  }

  private void silence(Role role, LocalIncident sight, Reason reason, String detail) {
    Long heard = heardNanos.get(role);
    if (heard != null && System.nanoTime() - heard < silentNanos) {
      view.lose(sight);
    } else if (!isStopped(role)) {
      view.see(sight, LinkState.DIVERGED, reason, detail + "; is one running?");
    }
  }

  /** Whether it said itself that it would say no more. */
  private boolean isStopped(Role role) {
    Progress head = heads.get(role);
    return head != null && head.getState() != ProgressState.LIVE;
  }

  private void states() {
    state(heads.get(Role.PRODUCER), LocalIncident.PRODUCER_STATE);
    state(heads.get(Role.CONSUMER), LocalIncident.CONSUMER_STATE);
  }

  private void state(@Nullable Progress head, LocalIncident sight) {
    if (head == null || head.getState() == ProgressState.LIVE) {
      view.lose(sight);
    } else if (head.getState() == ProgressState.COPYING) {
      view.see(sight, LinkState.RECOVERING, Reason.COPYING, "existing rows are on their way");
    } else {
      String detail = head.getDetail() == null ? "" : head.getDetail();
      Reason reason =
          Arrays.stream(Reason.values())
              .filter(known -> detail.startsWith(known.name() + ":"))
              .findFirst()
              .orElse(
                  head.getRole() == Role.PRODUCER ? Reason.PRODUCER_SILENT : Reason.APPLY_FAILED);
      view.see(sight, LinkState.HALTED, reason, detail);
    }
  }

  private static boolean samePrimary(Progress a, Progress b) {
    return a.getSystemId().equals(b.getSystemId()) && a.getTimeline() == b.getTimeline();
  }
}
