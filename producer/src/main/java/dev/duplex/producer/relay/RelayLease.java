package dev.duplex.producer.relay;

import dev.duplex.config.BatchLimit;
import dev.duplex.database.source.Claim;
import dev.duplex.database.source.LogReader;
import dev.duplex.database.source.Slot;
import dev.duplex.database.source.SourceControl;
import dev.duplex.producer.spool.Spool;
import dev.duplex.producer.spool.SpoolEnd;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This instance's hold on the link: the slot and the row of {@code duplex.relay}. Owned by the
 * relay's thread.
 */
final class RelayLease {
  private static final Logger log = LoggerFactory.getLogger(RelayLease.class);
  private static final long CHECK_MILLIS = 1_000;

  private final Link link;
  private final Instance instance;
  private final SourceControl primary;
  private final RelayHealth health;
  private final LogReader session;
  private final BatchLimit maxTransaction;
  private final Time time;
  private final Claim claim;
  private boolean slotLeft;
  private long checkedEpoch;
  private long checkedMillis;

  private RelayLease(
      Link link,
      Instance instance,
      SourceControl primary,
      RelayHealth health,
      LogReader session,
      BatchLimit maxTransaction,
      Time time,
      Claim claim) {
    this.link = link;
    this.instance = instance;
    this.primary = primary;
    this.health = health;
    this.session = session;
    this.maxTransaction = maxTransaction;
    this.time = time;
    this.claim = claim;
    this.checkedEpoch = claim.checkedEpoch();
  }

  /** Claims the link for the instance that has the slot. */
  static RelayLease claim(
      Link link,
      Instance instance,
      SourceControl primary,
      RelayHealth health,
      LogReader session,
      BatchLimit maxTransaction,
      Time time)
      throws SQLException {
    Claim claim = primary.takeClaim(instance);
    if (claim.copyId() != null) {
      throw new FencedException("a copy of existing rows began");
    }
    RelayLease holding =
        new RelayLease(link, instance, primary, health, session, maxTransaction, time, claim);
    holding.require();
    return holding;
  }

  SourceControl primary() {
    return primary;
  }

  RelayHealth health() {
    return health;
  }

  Time time() {
    return time;
  }

  BatchLimit maxTransaction() {
    return maxTransaction;
  }

  /** The row as it was when the link was claimed. */
  Claim claimed() {
    return claim;
  }

  PrimaryIdentity identity() {
    return session.identity().identity();
  }

  String database() {
    return session.identity().database();
  }

  /** From now on the slot is nobody's; the row alone says who holds the link. */
  void leaveSlot() {
    slotLeft = true;
  }

  /**
   * Checks that slot and link are still ours; the slot's state is returned.
   *
   * @throws FencedException if another instance, or a copy, has them
   */
  Slot require() throws SQLException {
    Slot slot = primary.slot();
    int expected = slotLeft ? 0 : session.session();
    if (slot.reader() != expected) {
      throw new FencedException("the slot was taken by another session");
    }
    Claim now = primary.claim();
    if (now.epoch() != claim.epoch()
        || now.copyId() != null
        || !Objects.equals(now.instance(), instance.name())) {
      throw new FencedException("producer " + now.instance() + " took over link " + link);
    }
    checkedMillis = time.millis();
    return slot;
  }

  /** {@link #require}, unless that was done within the last second. */
  void requireLately() throws SQLException {
    if (time.millis() - checkedMillis >= CHECK_MILLIS) {
      require();
    }
  }

  /**
   * The result of an attempt to reach Kafka, which fences others only if the link is still ours.
   *
   * @return null if it goes on
   */
  KafkaConnector.@Nullable KafkaSide poll(KafkaConnector connector)
      throws SQLException, InterruptedException {
    return connector.poll(this::require, claim.epoch());
  }

  /**
   * Checks that the topic's head, the primary and the diff files tell one story, and makes this
   * instance the writer of the chain.
   *
   * @param spoolEnd the end of the diff files; null if there are none
   * @return the head to go on from
   * @throws HaltException if they do not
   */
  RelayHead head(KafkaConnector.KafkaSide kafka, @Nullable SpoolEnd spoolEnd)
      throws SQLException, InterruptedException {
    Slot slot = require();
    Progress last = kafka.last();
    if (last == null) {
      throw HeadCheck.noHead(link);
    }
    long covered = Math.max(claim.passed(), spoolEnd == null ? 0 : spoolEnd.decoded());
    try {
      HeadCheck.check(last, identity(), checkedEpoch, slot.confirmed(), covered, link);
      kafka.topics().require(link.changesTopic(), last.getTopicId());
      HeadCheck.requireNotBehind(primary.now(), last.getDecoded());
    } catch (HaltException e) {
      report(kafka.publisher(), head(last), e);
      throw e;
    }
    primary.markChecked(instance, claim.epoch());
    checkedEpoch = claim.epoch(); // a later drain under this claim publishes with it, too
    return head(last);
  }

  private RelayHead head(Progress last) {
    RelayHead head =
        new RelayHead(
            Progress.newBuilder(last).setInstance(instance.name()).setHost(instance.host()).build(),
            health::openIncident);
    head.epoch(claim.epoch());
    return head;
  }

  /** Tells everyone who reads the progress topic; if that fails too, the log has it. */
  static void report(ChangePublisher publisher, RelayHead head, HaltException halt) {
    try {
      publisher.abort();
      publisher.progress(head.halted(halt.reason(), String.valueOf(halt.getMessage())));
      publisher.commit();
    } catch (DuplexException e) {
      log.warn("the halt could not be reported to the progress topic: {}", e.getMessage());
    }
  }

  /** Before the first acknowledgement that rests on diff files. */
  void registerSpool(Spool spool) throws SQLException {
    Claim.SpoolEntry entry =
        new Claim.SpoolEntry(
            spool.custody(),
            instance.name(),
            instance.host(),
            spool.directory().toAbsolutePath().toString(),
            spool.totals().firstPosition(),
            spool.totals().lastPosition());
    primary.registerSpool(instance, claim.epoch(), entry);
  }

  /** After the drain. */
  void clearSpool() throws SQLException {
    primary.clearSpool(instance, claim.epoch());
  }

  void markPassed(long lsn) throws SQLException {
    primary.markPassed(instance, claim.epoch(), lsn);
  }
}
