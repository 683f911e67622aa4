package dev.duplex.producer.relay;

import dev.duplex.database.source.Claim;
import dev.duplex.database.source.LogReader;
import dev.duplex.database.source.Slot;
import dev.duplex.database.source.SlotUnavailableException;
import dev.duplex.database.source.SourceControl;
import dev.duplex.database.source.SourceDatabase;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects the link's relay: whoever has the slot. Waits while another has it, and ends the session
 * of a holder that has said nothing for {@code takeover-after}: it is frozen or cut off. Waits,
 * too, while changes lie in diff files that are not at hand: whoever published without them would
 * leave a gap. A holder that lives goes first also when it has left the slot: for want of room it
 * does so on purpose, and two that took it from each other would never get to the end of a drain.
 *
 * <p>The silence is measured by this machine's elapsed time; the holder's clock is only compared
 * with itself. Owned by the relay's thread.
 */
final class SlotElection {
  private static final Logger log = LoggerFactory.getLogger(SlotElection.class);
  static final Duration POLL = Duration.ofMillis(500);

  private final SourceControl primary;
  private final String instance;
  private final RelayHealth health;
  private final Supplier<@Nullable String> spoolId;
  private final Duration takeoverAfter;
  private final SourceDatabase database;
  private final Time time;

  private @Nullable String waitingFor;
  private int watchedPid;
  private @Nullable String watchedReply;
  private long watchedSinceNanos;
  private @Nullable Long missingSinceNanos;

  /**
   * For one election.
   *
   * @param instance the name of the candidate
   * @param spoolId tells whose diff files are at hand; null if there are none
   */
  SlotElection(
      SourceControl primary,
      String instance,
      RelayHealth health,
      Supplier<@Nullable String> spoolId,
      Duration takeoverAfter,
      SourceDatabase database,
      Time time) {
    this.primary = primary;
    this.instance = instance;
    this.health = health;
    this.spoolId = spoolId;
    this.takeoverAfter = takeoverAfter;
    this.database = database;
    this.time = time;
  }

  /**
   * Takes the slot if this instance may have it now; else call again after {@link #POLL}.
   *
   * @return null if it may not
   * @throws HaltException if there is no slot
   */
  @Nullable LogReader tryOnce() throws SQLException {
    Claim holder = primary.claim();
    if (holder.copyId() != null) {
      waitFor(
          "existing rows are being copied (copy "
              + holder.copyId()
              + "); if no 'duplex init' is running, it was interrupted: run 'duplex init --copy'"
              + " again");
      return null;
    }
    Slot slot;
    try {
      slot = primary.slot();
    } catch (HaltException e) {
      if (primary.claim().copyId() != null) {
        return null; // a copy that began just now makes the slot anew
      }
      throw e;
    }
    if (slot.reader() != 0) {
      waitFor("producer " + holder.instance() + " has link; this one takes over when it is gone");
      watch(slot.reader());
      return null;
    }
    Claim.LostRange lost = holder.lost();
    if (lost != null) {
      halt(
          Reason.GAP,
          "the diff files with the transactions from "
              + Position.format(lost.first())
              + " to at most "
              + Position.format(lost.last())
              + " were given up: run 'duplex init --recopy'");
      return null;
    }
    return !isHeldByAnother(holder) && isAtHand(holder) ? take() : null;
  }

  private boolean isHeldByAnother(Claim holder) throws SQLException {
    String other = holder.instance();
    if (other == null || other.equals(instance) || !primary.isConnected(other, takeoverAfter)) {
      return false;
    }
    waitFor("producer " + other + " has link; this one takes over when it is gone");
    return true;
  }

  /** Whether every confirmed change is on the topic or in diff files of this instance. */
  private boolean isAtHand(Claim holder) throws SQLException {
    Claim.SpoolEntry entry = holder.spool();
    if (entry == null || !holder.isSpooledElsewhere(spoolId.get())) {
      missingSinceNanos = null;
      return true;
    }
    if (primary.isConnected(entry.instance(), takeoverAfter)) {
      missingSinceNanos = null;
      waitFor("producer " + entry.instance() + " has link and diff files");
      return false;
    }
    long now = time.nanos();
    if (missingSinceNanos == null) {
      missingSinceNanos = now; // it may only be starting again
    } else if (now - missingSinceNanos > takeoverAfter.toNanos()) {
      halt(
          Reason.DIFF_FILE_ELSEWHERE,
          "the transactions after "
              + Position.format(entry.first() - 1)
              + " lie in diff files of producer "
              + entry.instance()
              + " in "
              + entry.directory()
              + " on "
              + entry.host()
              + ": start it again there, or carry the directory here and run 'duplex diff adopt"
              + " DIR', or give them up with 'duplex diff abandon'");
    }
    return false;
  }

  private void halt(Reason reason, String detail) {
    waitingFor = null;
    health.halted(reason, detail);
  }

  private @Nullable LogReader take() throws SQLException {
    try {
      return database.openLog();
    } catch (SlotUnavailableException e) {
      return null; // another one was faster, or a copy makes the slot anew: look again
    }
  }

  private void watch(int pid) throws SQLException {
    String reply = primary.lastReply(pid);
    long now = time.nanos();
    if (pid != watchedPid || !Objects.equals(reply, watchedReply)) {
      watchedPid = pid;
      watchedReply = reply;
      watchedSinceNanos = now;
    } else if (now - watchedSinceNanos > takeoverAfter.toNanos()) {
      log.warn(
          "the producer that has the slot (server process {}) has said nothing for {} s: its"
              + " session is ended",
          pid,
          takeoverAfter.toSeconds());
      primary.terminate(pid);
      watchedSinceNanos = now;
    }
  }

  private void waitFor(String what) {
    if (!what.equals(waitingFor)) {
      waitingFor = what;
      health.standby(null, what);
    }
  }
}
