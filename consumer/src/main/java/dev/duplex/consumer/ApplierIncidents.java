package dev.duplex.consumer;

import dev.duplex.database.target.Checkpoint;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.status.Observation;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the applier has to say on the status topic: the reasons that it owns, and IN_SYNC in an
 * incident of the relay once it has applied the end of the drain (docs/formats/status.md). Looks at
 * the applier now and then, and is never waited for.
 *
 * <p>Owned by one thread.
 */
final class ApplierIncidents {
  private final ApplierHealth health;
  private final StatusReporter reporter;
  private final Duration divergedAfter;
  private final Time time;
  private final Lag lag = new Lag();
  private long healedBefore;
  private long behindSince;

  ApplierIncidents(
      ApplierHealth health, StatusReporter reporter, Duration divergedAfter, Time time) {
    this.health = health;
    this.reporter = reporter;
    this.divergedAfter = divergedAfter;
    this.time = time;
  }

  /** The relay's newest report. */
  void published(Progress report) {
    lag.published(report, time.nanos());
  }

  /** Looks, and reports what is new. */
  void look() {
    ApplierSnapshot now = health.sighting();
    ApplierState state = now.status().state();
    if (state == ApplierState.STANDBY || state == ApplierState.STOPPED) {
      return; // it is the business of the one that has the role
    }
    Checkpoint checkpoint = now.status().checkpoint();
    if (checkpoint != null) {
      lag.applied(checkpoint);
      answerRelay(checkpoint);
    } else if (reporter.lastEvent().isPresent()) {
      return; // never had the role, and whoever had it has told
    }
    StatusEvent last = reporter.lastEvent().orElse(null);
    Observation fact = wrong(now, last);
    if (fact == null && last != null) {
      fact = better(now, last);
    }
    if (fact != null) {
      reporter.report(checkpoint == null ? fact : withPending(fact, checkpoint));
    }
  }

  /** The relay's incident is over when the secondary has the last transaction that it drained. */
  private void answerRelay(Checkpoint checkpoint) {
    if (checkpoint.copy() != null) {
      return;
    }
    for (StatusEvent asked : reporter.open()) {
      Long end = asked.getLastPosition();
      if (asked.getObserver() == Observer.PRODUCER
          && asked.getDrained()
          && isSamePrimary(asked, checkpoint.identity())
          && (end == null || checkpoint.position() >= end)) {
        long time = end == null ? micros() : health.reachedMicros(end);
        String detail =
            end == null
                ? "the secondary has everything that was published"
                : "the secondary has everything up to " + Position.format(end);
        Observation fact =
            Observation.inSync(reason(asked), time, detail)
                .withRange(checkpoint.identity(), asked.getFirstPosition(), end);
        reporter.answer(asked, withPending(fact, checkpoint));
      }
    }
  }

  private static boolean isSamePrimary(StatusEvent event, PrimaryIdentity identity) {
    String systemId = event.getSystemId();
    Integer timeline = event.getTimeline();
    return (systemId == null || systemId.equals(identity.systemId()))
        && (timeline == null || timeline == identity.timeline());
  }

  /** What is wrong now; null if nothing is, or not for long enough. */
  private @Nullable Observation wrong(ApplierSnapshot now, @Nullable StatusEvent last) {
    ApplierFailure trouble = now.trouble();
    // That Kafka or the registry is away is the relay's to tell; here it shows as a lag.
    if (trouble != null
        && (trouble.state() != ApplierState.WAITING || trouble.reason() == Reason.SECONDARY_DOWN)) {
      return trouble(trouble);
    }
    Checkpoint checkpoint = now.status().checkpoint();
    if (checkpoint == null) {
      return null;
    }
    if (checkpoint.copy() != null) {
      return Observation.recovering(
          Reason.COPYING,
          micros(),
          "existing rows are on their way: copy " + checkpoint.copy().id());
    }
    Observation healed = healed(now.healed());
    return healed == null ? behind(checkpoint, last) : healed;
  }

  private @Nullable Observation trouble(ApplierFailure trouble) {
    return switch (trouble.state()) {
      case HALTED, FAILED ->
          Observation.halted(trouble.reason(), trouble.sinceMicros(), trouble.detail());
      case WAITING ->
          isLong(trouble.sinceNanos())
              ? Observation.diverged(trouble.reason(), trouble.sinceMicros(), trouble.detail())
              : null;
      case STANDBY, APPLYING, STOPPED -> null;
    };
  }

  /** One incident until no mismatch was found for some time. */
  private @Nullable Observation healed(Healed healed) {
    if (healed.count() == healedBefore) {
      return null;
    }
    if (isLong(healed.nanos())) {
      healedBefore = healed.count();
      return null;
    }
    return Observation.diverged(Reason.ROW_MISMATCH, healed.micros(), healed.line() + "; healed");
  }

  private @Nullable Observation behind(Checkpoint checkpoint, @Nullable StatusEvent last) {
    long limit = divergedAfter.toNanos() / 1_000;
    long age = lag.ageMicros(checkpoint).orElse(0);
    if (age <= limit / 2) {
      behindSince = 0;
      return null;
    }
    // A lag that grows is told in time; one that jumps, as after a start, must last a while.
    behindSince = behindSince == 0 ? time.nanos() : behindSince;
    boolean lasts = time.nanos() - behindSince >= divergedAfter.toNanos() / 2;
    boolean told =
        last != null
            && last.getState() == LinkState.DIVERGED
            && last.getReason().equals(Reason.SECONDARY_BEHIND.name());
    if (!told && (age <= limit || !lasts || isRelayInIncident())) {
      return null;
    }
    Progress newest = lag.newest(checkpoint);
    return Observation.diverged(
            Reason.SECONDARY_BEHIND,
            micros() - age,
            "the secondary is catching up, %.1f s behind".formatted(age / 1e6))
        .withRange(checkpoint.identity(), null, newest == null ? null : newest.getPosition());
  }

  private boolean isRelayInIncident() {
    return reporter.open().stream().anyMatch(e -> e.getObserver() == Observer.PRODUCER);
  }

  /** Nothing is wrong any more: from an open incident to its end. */
  private @Nullable Observation better(ApplierSnapshot now, StatusEvent last) {
    Checkpoint checkpoint = now.status().checkpoint();
    if (checkpoint == null || now.trouble() != null || !now.moved()) {
      return null; // to have the role says nothing yet
    }
    OptionalLong age = lag.ageMicros(checkpoint);
    boolean caughtUp =
        now.atEnd() || (age.isPresent() && age.getAsLong() <= divergedAfter.toNanos() / 1_000 / 2);
    String at = "applied up to " + Position.format(checkpoint.position());
    Observation fact =
        caughtUp
            ? Observation.inSync(reason(last), micros(), at)
            : Observation.recovering(reason(last), micros(), "catching up: " + at);
    if (!caughtUp && last.getState() == LinkState.RECOVERING) {
      return null;
    }
    return fact.withRange(checkpoint.identity(), null, checkpoint.position());
  }

  private Observation withPending(Observation fact, Checkpoint checkpoint) {
    Progress newest = lag.newest(checkpoint);
    if (newest == null) {
      return fact;
    }
    boolean behind = newest.getPosition() > checkpoint.position();
    return fact.withPending(
        Math.max(0, newest.getTransactions() - checkpoint.totals().transactions()),
        Math.max(0, newest.getChanges() - checkpoint.totals().changes()),
        behind && lag.appliedMicros() > 0 ? lag.appliedMicros() : null,
        0);
  }

  private boolean isLong(long sinceNanos) {
    return time.nanos() - sinceNanos >= divergedAfter.toNanos();
  }

  private long micros() {
    return time.micros();
  }

  /** A version to come may know more reasons. */
  private static Reason reason(StatusEvent event) {
    return Reason.of(event.getReason()).orElse(Reason.SECONDARY_BEHIND);
  }
}
