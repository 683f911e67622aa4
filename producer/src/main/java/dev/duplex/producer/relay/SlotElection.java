package dev.duplex.producer.relay;

import dev.duplex.producer.capture.ReplicationSession;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.postgres.SqlFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects the link's relay: whoever has the slot. Waits while another has it, and ends the session
 * of a holder that has said nothing for {@code takeover-after}: it is frozen or cut off.
 *
 * <p>The silence is measured by this machine's elapsed time; the holder's clock is only compared
 * with itself. Owned by the relay's thread.
 */
final class SlotElection {
  private static final Logger log = LoggerFactory.getLogger(SlotElection.class);
  private static final long POLL_MILLIS = 500;

  /** Opens the replication session; separate, because it is a process boundary. */
  interface Starter {
    ReplicationSession start() throws SQLException;
  }

  private final PrimaryLog primary;
  private final Duration takeoverAfter;
  private final Starter starter;

  private @Nullable String waitingFor;
  private int watchedPid;
  private @Nullable String watchedReply;
  private long watchedSinceNanos;

  SlotElection(PrimaryLog primary, Duration takeoverAfter, Starter starter) {
    this.primary = primary;
    this.takeoverAfter = takeoverAfter;
    this.starter = starter;
  }

  /**
   * Waits until this instance has the slot.
   *
   * @return null if {@code stopped} said so first
   * @throws HaltException if there is no slot
   */
  @Nullable ReplicationSession win(BooleanSupplier stopped)
      throws SQLException, InterruptedException {
    while (!stopped.getAsBoolean()) {
      ReplicationSession won = tryOnce();
      if (won != null) {
        return won;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return null;
  }

  private @Nullable ReplicationSession tryOnce() throws SQLException {
    PrimaryLog.Claim holder = primary.claim();
    if (holder.copyId() != null) {
      waitFor(
          "existing rows are being copied (copy "
              + holder.copyId()
              + "); if no 'duplex init' is running, it was interrupted: run 'duplex init --copy'"
              + " again");
      return null;
    }
    PrimaryLog.Slot slot;
    try {
      slot = primary.slot();
    } catch (HaltException e) {
      if (primary.claim().copyId() != null) {
        return null; // a copy that began just now makes the slot anew
      }
      throw e;
    }
    if (slot.activePid() != 0) {
      waitFor("producer " + holder.instance() + " has link; this one takes over when it is gone");
      watch(slot.activePid());
      return null;
    }
    return take();
  }

  private @Nullable ReplicationSession take() throws SQLException {
    try {
      return starter.start();
    } catch (SQLException e) {
      if (SqlFailure.isObjectInUse(e) || SqlFailure.isUndefinedObject(e)) {
        return null; // another one was faster, or a copy makes the slot anew: look again
      }
      throw e;
    }
  }

  private void watch(int pid) throws SQLException {
    String reply = primary.lastReply(pid);
    long now = System.nanoTime();
    if (pid != watchedPid || !Objects.equals(reply, watchedReply)) {
      watchedPid = pid;
      watchedReply = reply;
      watchedSinceNanos = now;
    } else if (now - watchedSinceNanos > takeoverAfter.toNanos()) {
      log.warn(
          "the producer that has the slot (server process {}) has said nothing for {} s: its session"
              + " is ended",
          pid,
          takeoverAfter.toSeconds());
      primary.terminate(pid);
      watchedSinceNanos = now;
    }
  }

  private void waitFor(String what) {
    if (!what.equals(waitingFor)) {
      waitingFor = what;
      log.info("standby: {}", what);
    }
  }
}
