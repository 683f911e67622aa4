package dev.duplex.producer.relay;

import dev.duplex.config.SpoolConfig;
import dev.duplex.database.source.Moment;
import dev.duplex.producer.capture.Capture;
import dev.duplex.producer.capture.CapturedChange;
import dev.duplex.producer.capture.ChangeBatch;
import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.producer.spool.Spool;
import dev.duplex.producer.spool.SpoolFullException;
import dev.duplex.producer.spool.SpoolTotals;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.time.Backoff;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the capture brings to diff files, tries to reach Kafka meanwhile, and drains them
 * when it answers. While a diff file exists, everything goes through it, so that order holds.
 *
 * <p>Owned by the relay's thread, which does both sides in turn: take in what is at hand, publish
 * one Kafka transaction. Nobody waits for what is spooled, so it is made durable only every {@value
 * #SAVE_MILLIS} ms.
 */
final class SpoolPhase implements AutoCloseable {
  private static final long SAVE_MILLIS = 200;
  private static final long SAVE_BYTES = 4 << 20;
  private static final long INTAKE_BYTES = 16 << 20; // between two Kafka transactions of the drain
  private static final long WAIT_MILLIS = 50;
  // So much of the primary's log may be retained for nothing but to save writes.
  private static final long PASS_BYTES = 16 << 20;

  /** The end of a drain: what live publishing goes on with. */
  record Drained(KafkaConnector.KafkaSide kafka, RelayHead head) {}

  private final RelayLease holding;
  private final Capture capture;
  private final Spool spool;
  private final KafkaConnector connector;
  private final SpoolRoom room;
  private final Time time;
  private final Backoff backoff = new Backoff();

  private boolean registered;
  private boolean capturing = true;
  private boolean inside; // a transaction is appended in part
  private long decoded; // everything up to here is appended
  private long saved; // and confirmed
  private long unsavedBytes;
  private long savedMillis;
  private long nextTryMillis;
  private long askedMillis;
  private @Nullable Drain drain;
  private KafkaConnector.@Nullable KafkaSide drainTo; // of the drain
  private @Nullable SpoolTotals drainBegan; // until the first Kafka transaction of the drain
  private @Nullable Drained drained;
  private boolean caughtUp; // the drain waits for what is taken in next

  SpoolPhase(
      RelayLease holding,
      Capture capture,
      Spool spool,
      KafkaConnector connector,
      SpoolConfig config,
      long confirmed) {
    this.holding = holding;
    this.capture = capture;
    this.spool = spool;
    this.connector = connector;
    this.time = holding.time();
    this.savedMillis = time.millis() - SAVE_MILLIS;
    this.nextTryMillis = time.millis();
    this.askedMillis = time.millis() - LivePhase.HEARTBEAT_MILLIS;
    this.room = new SpoolRoom(spool, config, time);
    this.registered = holding.claimed().spool() != null;
    this.decoded = confirmed;
    this.saved = confirmed;
  }

  /**
   * Takes in what is at hand and publishes one Kafka transaction of the drain, or looks whether
   * Kafka answers.
   *
   * @return for how many nanoseconds nothing will be due unless capture or connector have
   *     something; {@link Loop#OVER} at the end, see {@link #drained}
   * @throws DuplexException for why it could not go on
   */
  long step() throws SQLException, InterruptedException {
    holding.requireLately();
    boolean all = takeIn();
    askClock();
    Drain draining = drain;
    if (draining == null) {
      holding.health().stillSpooling(holding.identity(), spool.totals());
      if (tryKafka() && drain == null) {
        return Loop.OVER;
      }
    } else {
      caughtUp = step(draining);
      if (caughtUp && spool.atBoundary() && !inside) {
        finish(draining);
        return Loop.OVER;
      }
    }
    if (!capturing && drain == null && room.isBack()) {
      return Loop.OVER;
    }
    boolean waits = all && (drain == null || caughtUp);
    return waits ? TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS) : 0;
  }

  /**
   * What live publishing goes on with after the end; null if the relay begins anew: Kafka answered
   * before anything was spooled, or there is room again.
   */
  @Nullable Drained drained() {
    return drained;
  }

  /** Whether nothing is at hand any more. */
  private boolean takeIn() throws SQLException {
    if (!capturing) {
      return true;
    }
    boolean all = true;
    try {
      long taken = 0;
      ChangeBatch changes = capture.poll();
      while (changes != null) {
        append(changes);
        taken += changes.room();
        all = taken < INTAKE_BYTES;
        changes = all ? capture.poll() : null;
        saveIfDue();
      }
      saveIfDue();
    } catch (SpoolFullException e) {
      full(e);
    }
    return all;
  }

  private void append(ChangeBatch changes) {
    for (CapturedChange change : changes.changes()) {
      TransactionEnd end = change.end();
      spool.append(change.table().schema(), change.value(), change.position(), end);
      unsavedBytes += change.size();
      inside = end == null;
      if (end != null) {
        decoded = Math.max(decoded, end.endLsn());
      }
    }
    if (changes.atBoundary()) {
      decoded = Math.max(decoded, changes.decoded());
    }
  }

  private void saveIfDue() throws SQLException {
    long now = time.millis();
    boolean due = caughtUp || now - savedMillis >= SAVE_MILLIS || unsavedBytes >= SAVE_BYTES;
    if (decoded > saved && due) {
      savedMillis = now;
      save();
    }
  }

  private void save() throws SQLException {
    boolean news = !spool.atBoundary();
    if (!news && decoded - saved < PASS_BYTES) {
      return;
    }
    holding.requireLately();
    if (news || !spool.isEmpty()) {
      spool.commit(decoded);
    }
    if (spool.isEmpty()) {
      // Only the first part of a long transaction, or changes of none of our tables.
      if (decoded - saved < PASS_BYTES) {
        return;
      }
      holding.markPassed(decoded);
    } else if (!registered) {
      holding.registerSpool(spool);
      registered = true;
    }
    unsavedBytes = 0;
    saved = decoded;
    capture.confirm(decoded);
  }

  /** Nothing more can be spooled: the primary's log keeps the rest. */
  private void full(SpoolFullException e) {
    spool.rollback();
    decoded = saved; // what was taken in since is gone again
    if (!capturing) {
      return;
    }
    capture.close();
    capturing = false;
    inside = false;
    holding.leaveSlot();
    room.wasFull();
    holding.health().spooling(Reason.SPOOL_FULL, String.valueOf(e.getMessage()));
  }

  /** Looks after the attempt to reach Kafka; true once that has succeeded. */
  private boolean tryKafka() throws SQLException, InterruptedException {
    if (!connector.isTrying()) {
      if (time.millis() >= nextTryMillis) {
        connector.attempt();
      }
      return false;
    }
    try {
      KafkaConnector.KafkaSide kafka = holding.poll(connector);
      if (kafka == null) {
        return false;
      }
      begin(kafka);
      return true;
    } catch (RetryException | FencedException e) {
      outage(e);
      return false;
    }
  }

  private void begin(KafkaConnector.KafkaSide kafka) throws SQLException, InterruptedException {
    RelayHead head;
    try {
      head = holding.head(kafka, spool.end());
      if (registered || !spool.isEmpty()) {
        drain = new Drain(holding, spool, kafka.publisher(), head);
        drainTo = kafka;
        drainBegan = spool.totals();
        // What the last relay knew of the primary's clock would hide how late all this is.
        askedMillis = time.millis() - LivePhase.HEARTBEAT_MILLIS;
      }
    } finally {
      if (drain == null) {
        kafka.close();
      }
    }
  }

  private void askClock() throws SQLException {
    long now = time.millis();
    if (now - askedMillis >= LivePhase.HEARTBEAT_MILLIS) {
      askedMillis = now;
      Moment moment = holding.primary().now();
      holding.health().asked(moment.micros());
      if (drain != null) {
        drain.asked(moment);
      }
    }
  }

  private boolean step(Drain draining) throws SQLException {
    try {
      boolean nothingLeft = draining.step();
      if (drainBegan != null) {
        // Only now: the broker may answer while the registry, or a right, is missing.
        holding.health().draining(holding.identity(), drainBegan);
        drainBegan = null;
        backoff.reset();
      }
      return nothingLeft;
    } catch (SpoolFullException e) {
      full(e); // even deleting files takes some room
      outage(e);
      return false;
    } catch (RetryException | FencedException e) {
      outage(e);
      return false;
    } catch (HaltException e) {
      if (drainTo != null) {
        RelayLease.report(drainTo.publisher(), draining.head(), e);
      }
      throw e;
    }
  }

  /** Publishing does not work (any more): everything that was committed is in the diff files. */
  private void outage(DuplexException e) throws SQLException {
    stopDraining();
    holding.health().publishFailed();
    holding.require(); // fenced by Kafka, but not by the primary: the other one was too late
    Reason reason = e instanceof RetryException retry ? retry.reason() : Reason.BROKER_UNREACHABLE;
    if (capturing) {
      holding.health().spooling(reason, String.valueOf(e.getMessage()));
    }
    nextTryMillis = time.millis() + backoff.next().toMillis();
  }

  private void stopDraining() {
    Drain draining = drain;
    drain = null;
    caughtUp = false;
    if (draining != null) {
      draining.close();
    }
    KafkaConnector.KafkaSide kafka = drainTo;
    drainTo = null;
    if (kafka != null) {
      kafka.close();
    }
  }

  private void finish(Drain draining) throws SQLException {
    // Before the entry goes, the topic must know what is confirmed; and all that was taken in is
    // there now: if nothing more comes, no later moment would say so.
    draining.finish(decoded);
    holding.clearSpool();
    registered = false;
    draining.close();
    spool.clear();
    KafkaConnector.KafkaSide kafka = drainTo;
    if (capturing && kafka != null) {
      drain = null;
      drainTo = null; // it is the live phase's now
      drained = new Drained(kafka, draining.head());
    }
  }

  @Override
  public void close() {
    stopDraining();
  }
}
