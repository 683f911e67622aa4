package dev.duplex.consumer;

import dev.duplex.consumer.source.ProgressReporter;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.time.Time;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The applier's state: the only place where it changes, is logged and goes to Kafka. Written by the
 * applier's thread, read by any.
 */
final class ApplierHealth implements ApplyObserver {
  private static final Logger LOG = LoggerFactory.getLogger(ApplierHealth.class);

  private final ProgressReporter reporter;
  private final Time time;
  private final ReachedPositions reached = new ReachedPositions();
  private final AtomicLong groups = new AtomicLong();
  private final AtomicLong groupNanos = new AtomicLong();
  private final AtomicLong replays = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private volatile long sinceNanos;
  private volatile ApplierSnapshot now =
      new ApplierSnapshot(
          new ApplierStatus(ApplierState.STANDBY, null, null), null, false, false, Healed.NOTHING);

  ApplierHealth(ProgressReporter reporter, Time time) {
    this.reporter = reporter;
    this.time = time;
    this.sinceNanos = time.nanos();
  }

  ApplierStatus status() {
    return now.status();
  }

  ApplierSnapshot sighting() {
    return now;
  }

  ApplierFigures figures() {
    ApplierSnapshot seen = now;
    ApplierFailure trouble = seen.trouble();
    String detail = seen.status().detail();
    return new ApplierFigures(
        trouble == null ? null : trouble.reason(),
        trouble != null ? trouble.detail() : detail == null ? "" : detail,
        sinceNanos,
        groups.get(),
        groupNanos.get(),
        replays.get(),
        retries.get());
  }

  /** When the secondary had everything up to a position; see {@link ReachedPositions}. */
  long reachedMicros(long position) {
    return reached.micros(position);
  }

  /** Something is wrong. One log line, not one for every attempt. */
  void trouble(ApplierState to, Reason reason, @Nullable String detail) {
    ApplierSnapshot before = now;
    ApplierFailure known = before.trouble();
    String line = String.valueOf(detail);
    if (to != ApplierState.HALTED) {
      retries.incrementAndGet();
    }
    boolean goesOn = known != null && known.state() == to && known.reason() == reason;
    ApplierFailure trouble =
        known != null && goesOn
            ? new ApplierFailure(to, reason, line, known.sinceMicros(), known.sinceNanos())
            : new ApplierFailure(to, reason, line, micros(), time.nanos());
    now = new ApplierSnapshot(before.status(), trouble, false, false, before.healed());
    transition(to, reason + ": " + line);
  }

  /**
   * Changes the state where nothing is wrong.
   *
   * @throws IllegalStateException if the state machine has no such arrow
   */
  void transition(ApplierState to, @Nullable String detail) {
    ApplierSnapshot before = now;
    ApplierStatus was = before.status();
    was.state().requireArrow(to);
    boolean detailed = to == ApplierState.FAILED || to == ApplierState.STANDBY;
    boolean news = to != was.state() || (detailed && !Objects.equals(detail, was.detail()));
    now =
        new ApplierSnapshot(
            new ApplierStatus(to, was.checkpoint(), detail),
            to == ApplierState.STANDBY ? null : before.trouble(),
            before.moved(),
            before.atEnd(),
            before.healed());
    if (to != was.state()) {
      sinceNanos = time.nanos();
    }
    if (news) {
      log(was.state(), to, detail);
    }
    report();
  }

  private static void log(ApplierState from, ApplierState to, @Nullable String detail) {
    String line = detail == null ? from + " -> " + to : from + " -> " + to + ": " + detail;
    switch (to) {
      case STANDBY, APPLYING, STOPPED -> LOG.info("{}", line);
      case WAITING, FAILED -> LOG.warn("{}", line);
      case HALTED -> LOG.error("{}", line);
    }
  }

  /** The role is ours: from here, this far. */
  void claimed(Checkpoint checkpoint) {
    ApplierSnapshot before = now;
    reached.add(checkpoint.position(), micros());
    now =
        new ApplierSnapshot(
            new ApplierStatus(before.status().state(), checkpoint, null),
            before.trouble(),
            false,
            false,
            before.healed());
    transition(ApplierState.APPLYING, null);
  }

  @Override
  public void committed(Checkpoint checkpoint, @Nullable String mismatch) {
    ApplierSnapshot before = now;
    if (before.status().state() != ApplierState.APPLYING) {
      transition(ApplierState.APPLYING, null);
    }
    reached.add(checkpoint.position(), micros());
    now =
        new ApplierSnapshot(
            new ApplierStatus(ApplierState.APPLYING, checkpoint, null),
            null,
            true,
            before.atEnd() && checkpoint.copy() == null,
            mismatch == null ? before.healed() : healed(before, checkpoint, mismatch));
    report();
  }

  private Healed healed(ApplierSnapshot before, Checkpoint checkpoint, String mismatch) {
    Checkpoint last = before.status().checkpoint();
    long more = checkpoint.totals().mismatches() - (last == null ? 0 : last.totals().mismatches());
    return new Healed(before.healed().count() + more, mismatch, micros(), time.nanos());
  }

  @Override
  public void grouped(long nanos) {
    groups.incrementAndGet();
    groupNanos.addAndGet(nanos);
  }

  @Override
  public void replayed() {
    replays.incrementAndGet();
  }

  /** It is tried again until the secondary takes it. */
  @Override
  public void refused(String line) {
    trouble(
        ApplierState.FAILED, Reason.APPLY_FAILED, line + "; it goes on when the cause is removed");
  }

  @Override
  public void atEnd() {
    ApplierSnapshot before = now;
    if (!before.atEnd() && before.status().state() == ApplierState.APPLYING) {
      now = new ApplierSnapshot(before.status(), null, true, true, before.healed());
    }
  }

  private long micros() {
    return time.micros();
  }

  private void report() {
    ApplierStatus status = now.status();
    Checkpoint checkpoint = status.checkpoint();
    if (checkpoint == null || status.state() == ApplierState.STANDBY) {
      reporter.silence();
      return;
    }
    boolean halted = status.state() == ApplierState.FAILED || status.state() == ApplierState.HALTED;
    ProgressState moving = checkpoint.copy() == null ? ProgressState.LIVE : ProgressState.COPYING;
    ApplierFailure trouble = now.trouble();
    Reason reason = trouble != null && trouble.state() == status.state() ? trouble.reason() : null;
    reporter.report(checkpoint, halted ? ProgressState.HALTED : moving, reason, status.detail());
  }
}
