package dev.duplex.consumer;

import dev.duplex.config.ApplyConfig;
import dev.duplex.consumer.apply.RefusedChangeException;
import dev.duplex.consumer.source.ChangeSource;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.database.target.TargetSession;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.control.ControlKind;
import dev.duplex.schemas.control.ControlRecord;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies as long as this instance has the role: takes transactions into a group, and commits the
 * group with the place it reaches as soon as the source has nothing more at hand or the group is
 * full, but only between transactions of the primary.
 *
 * <p>A group that the fast path cannot do is read again and replayed change by change. A
 * transaction that is refused even then is alone in its group in the end: what lies before it is
 * committed first. It is tried again every two seconds until the secondary takes it.
 *
 * <p>Owned by one thread.
 */
final class ApplyLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ApplyLoop.class);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long PAUSE_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  // How long complete transactions may wait for the rest of one that is published in parts.
  private static final long LONGEST_HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final Duration HOLD = Duration.ofMillis(5);
  private static final long TOUCH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int RECORDS_BETWEEN_TOUCHES = 256;

  private final TargetSession session;
  private final ChangeSource source;
  private final ApplyObserver observer;
  private final Time time;
  private final GroupWriter writer;
  private final Group group;
  private final TransactionChain chain;
  private Checkpoint checkpoint;
  // Where in the source what is stored ends; it is stored, too, if the source is the topic.
  private long place;
  // Up to here the group is replayed, or cut short; the end of time when it is neither.
  private long until = Long.MAX_VALUE;
  private long heldSince;
  private long groupSince;
  private int untouched;
  private long touchedAt;
  private boolean begun;
  private boolean paused;
  private boolean restarted;
  private long pausedUntil;

  ApplyLoop(
      ApplyConfig config,
      TargetSession session,
      Checkpoint checkpoint,
      ChangeSource source,
      ApplyObserver observer,
      Time time) {
    this.session = session;
    this.checkpoint = checkpoint;
    this.source = source;
    this.observer = observer;
    this.time = time;
    this.touchedAt = time.nanos();
    this.writer = new GroupWriter(session, config.onMismatch());
    this.group = new Group(config.maxGroup());
    this.chain = new TransactionChain(checkpoint, source.remedy());
    this.place = source.isTopic() ? checkpoint.offset() : 0;
  }

  /**
   * Takes the next record, or rests if there is none.
   *
   * @param mayWait whether this thread may wait for a record in the source; else only what has
   *     arrived is taken
   * @return for how many nanoseconds nothing is due, unless a record comes
   * @throws SQLException if the secondary is away; a new session goes on from the stored place
   * @throws dev.duplex.schemas.failure.FencedException if another instance has the role
   * @throws dev.duplex.schemas.failure.HaltException if an operator must act
   */
  long step(boolean mayWait) throws SQLException, InterruptedException {
    try {
      if (paused) {
        return pause();
      }
      if (!begun) {
        source.seek(place, checkpoint.position());
        begun = true;
      }
      return takeNext(mayWait);
    } catch (HaltException e) {
      if (group.lastBoundary() == Group.NONE) {
        throw e;
      }
      until = group.lastBoundary(); // what lies before it is sound, and is committed first
      restart();
    } catch (ReplayNeededException e) {
      LOG.debug("replaying a group: {}", e.getMessage());
      replay();
    } catch (SQLException e) {
      if (SqlFailure.isTransient(e)) {
        throw e;
      }
      if (writer.isExact()) {
        refused(e);
      } else {
        LOG.debug("replaying a group: {}", e.getMessage());
        replay();
      }
    }
    return 0;
  }

  private long takeNext(boolean mayWait)
      throws SQLException, ReplayNeededException, InterruptedException {
    if (!source.isReady()) {
      rest();
      return IDLE.toNanos();
    }
    Duration wait = patience();
    if (!source.next(mayWait ? wait : Duration.ZERO)) {
      restarted = false;
      rest();
      return restarted ? 0 : Math.max(source.pauseNanos(), mayWait ? 0 : wait.toNanos());
    }
    RowFormat format = source.rowFormat();
    if (format != null) {
      take(source.change(), format);
    } else {
      mark();
    }
    if (++untouched >= RECORDS_BETWEEN_TOUCHES) {
      untouched = 0;
      touchIfDue();
    }
    return 0;
  }

  /** What is complete waits for nothing but the rest of a transaction that comes in parts. */
  private Duration patience() {
    if (group.transactions() == 0) {
      return IDLE;
    }
    return chain.atBoundary() ? Duration.ZERO : HOLD;
  }

  private void take(Change change, RowFormat format) throws SQLException, ReplayNeededException {
    TransactionChain.Step step = chain.step(change);
    if (step == TransactionChain.Step.SKIP) {
      return;
    }
    if (group.isEmpty()) {
      groupSince = time.nanos();
    }
    group.add(change);
    writer.write(change, format);
    if (step == TransactionChain.Step.TAKE_LAST) {
      group.complete(change, source.offset() + 1);
      heldSince = time.nanos();
      if (group.isFull() || source.offset() + 1 >= until) {
        commit(source.offset() + 1);
      }
    } else if (group.mustBeWritten()) {
      writer.flush();
      group.written();
    }
  }

  private void mark() throws SQLException, ReplayNeededException {
    ControlRecord control = source.control();
    if (!chain.atBoundary() && control.kind().place() == ControlKind.Place.VOIDS_WHAT_IS_OPEN) {
      if (group.transactions() > 0) {
        until = group.lastBoundary();
        restart();
        return;
      }
      session.rollback();
      writer.forgetTables();
      group.clear();
      chain.restart(checkpoint);
    }
    if (group.transactions() > 0 && chain.atBoundary()) {
      commit(source.offset());
    }
    Checkpoint marked = ControlActions.apply(control, source.offset(), checkpoint, chain, session);
    session.save(marked);
    session.commit();
    chain.restart(marked);
    committed(marked, marked.offset());
  }

  /** Nothing more is at hand. */
  private void rest() throws SQLException, ReplayNeededException {
    if (group.transactions() > 0) {
      if (chain.atBoundary()) {
        commit(source.resumeOffset());
      } else if (time.nanos() - heldSince > LONGEST_HOLD_NANOS && !writer.isExact()) {
        LOG.debug("cutting a group before a transaction that comes in parts");
        until = group.lastBoundary();
        restart();
      }
    }
    if (!source.isTopic() && source.isAtEnd() && !chain.atBoundary()) {
      throw chain.unfinished();
    }
    if (group.isEmpty() && chain.atBoundary() && source.isAtEnd()) {
      observer.atEnd();
    }
    boolean due = touchIfDue();
    if (due
        && source.isTopic()
        && group.isEmpty()
        && chain.atBoundary()
        && source.resumeOffset() > place) {
      // Else retention could pass an offset behind which there is no change, only Kafka's markers.
      long further = source.resumeOffset();
      Checkpoint next = checkpoint.withOffset(stored(further));
      session.save(next);
      session.commit();
      committed(next, further);
    }
  }

  private void commit(long offset) throws SQLException, ReplayNeededException {
    writer.flush();
    Checkpoint next =
        group.after(checkpoint, stored(offset), chain.copyOrder(), writer.mismatches());
    session.save(next);
    session.commit();
    observer.grouped(time.nanos() - groupSince);
    committed(next, offset);
  }

  /** The topic's offset to store for an offset of the source. */
  private long stored(long offset) {
    return source.isTopic() ? offset : checkpoint.offset();
  }

  private void committed(Checkpoint next, long offset) {
    checkpoint = next;
    place = offset;
    observer.committed(next, writer.mismatch());
    group.clear();
    writer.reset();
    if (place >= until) {
      until = Long.MAX_VALUE;
      writer.beFast();
    }
  }

  /** Reads the group again, up to where it was read, and applies it change by change. */
  private void replay() throws SQLException {
    observer.replayed();
    until = source.resumeOffset();
    writer.beExact();
    restart();
  }

  private void refused(SQLException e) throws SQLException {
    if (e instanceof RefusedChangeException && group.lastBoundary() != Group.NONE) {
      until = group.lastBoundary();
      restart();
    } else if (group.transactions() > 1) { // refused by a deferred constraint: whose is not known
      until = group.firstBoundary();
      restart();
    } else {
      restart();
      String line = e instanceof RefusedChangeException ? e.getMessage() : SqlFailure.line(e);
      observer.refused(String.valueOf(line));
      paused = true;
      pausedUntil = time.nanos() + REFUSED_NANOS;
    }
  }

  private long pause() throws SQLException {
    touchIfDue();
    long left = pausedUntil - time.nanos();
    paused = left > 0;
    return Math.max(0, Math.min(left, PAUSE_SLICE_NANOS));
  }

  /** Shows that the session lives, and looks whether the role is still ours. */
  private boolean touchIfDue() throws SQLException {
    long now = time.nanos();
    if (now - touchedAt < TOUCH_NANOS) {
      return false;
    }
    touchedAt = now;
    session.check(checkpoint);
    if (group.isEmpty()) {
      session.commit();
    }
    return true;
  }

  private void restart() throws SQLException {
    restarted = true;
    session.rollback();
    writer.forgetTables();
    group.clear();
    chain.restart(checkpoint);
    source.seek(place, checkpoint.position());
  }
}
