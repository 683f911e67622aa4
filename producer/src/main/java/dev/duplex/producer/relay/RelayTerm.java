package dev.duplex.producer.relay;

import dev.duplex.config.BatchLimit;
import dev.duplex.producer.capture.Capture;
import dev.duplex.producer.capture.CapturedChange;
import dev.duplex.producer.capture.ChangeBatch;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.kafka.KafkaSettings;
import dev.duplex.schemas.kafka.TopicIds;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One term of a relay as the holder of the link: publishes what the capture brings.
 *
 * <p>Natural batching: a Kafka transaction takes all source transactions that are at hand and is
 * committed as soon as nothing more is; it waits for none. It ends at the end of a source
 * transaction, unless one alone exceeds {@code relay.max-transaction}: that is cut. Each Kafka
 * transaction carries the relay's progress, so that the head of the chain is always that of the
 * last committed one; the slot is confirmed after it, up to it, never beyond.
 *
 * <p>Owned by the relay's thread.
 */
final class RelayTerm {
  /** How often progress is written when nothing happens. */
  static final long HEARTBEAT_MILLIS = 1_000;

  private static final long TOPIC_CHECK_MILLIS = 5_000;
  private static final int BATCH_ROWS = 20_000;
  private static final long BATCH_BYTES = 8 << 20;
  // Kafka ends a transaction after its timeout; far before, ours is cut.
  private static final long MAX_OPEN_MILLIS = KafkaSettings.TRANSACTION_TIMEOUT_MILLIS / 3;

  private final Capture capture;
  private final ChangePublisher publisher;
  private final PrimaryLog primary;
  private final TopicIds topics;
  private final String changesTopic;
  private final String changesTopicId;
  private final RelayHead head;
  private final BatchLimit maxTransaction;

  private long openedMillis;
  private long openRows;
  private long pieceRows; // of the current source transaction in the open Kafka transaction
  private long pieceBytes;
  private @Nullable CapturedChange inside; // the last change sent, if its transaction goes on
  private PrimaryLog.@Nullable Moment awaited;
  private long heartbeatMillis;
  private long topicCheckMillis;

  RelayTerm(
      Capture capture,
      ChangePublisher publisher,
      PrimaryLog primary,
      TopicIds topics,
      RelayHead head,
      BatchLimit maxTransaction) {
    this.capture = capture;
    this.publisher = publisher;
    this.primary = primary;
    this.topics = topics;
    this.head = head;
    this.maxTransaction = maxTransaction;
    this.changesTopic = publisher.topic();
    this.changesTopicId = head.live().getTopicId();
  }

  /**
   * Publishes until told to stop; the transaction in flight is then left to the next relay.
   *
   * @throws DuplexException for why it could not go on
   */
  void run(BooleanSupplier stopped) throws SQLException, InterruptedException {
    heartbeat(nowMillis());
    while (!stopped.getAsBoolean()) {
      long wait = Math.max(0, heartbeatMillis + HEARTBEAT_MILLIS - nowMillis());
      ChangeBatch batch = capture.poll(wait, TimeUnit.MILLISECONDS);
      if (batch != null) {
        publish(batch);
      }
      long now = nowMillis();
      if (publisher.isOpen() && now - openedMillis > MAX_OPEN_MILLIS) {
        cut();
      }
      if (!publisher.isOpen() && now - heartbeatMillis >= HEARTBEAT_MILLIS) {
        heartbeat(now);
      }
    }
  }

  private void publish(ChangeBatch batch) {
    for (CapturedChange change : batch.changes()) {
      send(change);
    }
    if (batch.atBoundary()) {
      head.decoded(batch.decoded());
    }
    if (publisher.isOpen() && inside == null && !capture.hasMore()) {
      commit();
    }
  }

  private void send(CapturedChange change) {
    if (!publisher.isOpen()) {
      openedMillis = nowMillis();
    }
    publisher.change(change.table(), change.key(), change.value());
    openRows++;
    pieceRows++;
    pieceBytes += change.size();
    if (head.sent(change)) {
      inside = null;
      pieceRows = 0;
      pieceBytes = 0;
      if (openRows >= BATCH_ROWS || publisher.openBytes() >= BATCH_BYTES) {
        commit();
      }
    } else {
      inside = change;
      if (pieceRows >= maxTransaction.rows() || pieceBytes >= maxTransaction.bytes()) {
        cut();
      }
    }
  }

  private void cut() {
    CapturedChange last = inside;
    if (last != null) {
      head.cut(last);
    }
    commit();
    pieceRows = 0;
    pieceBytes = 0;
  }

  private void commit() {
    measure();
    publisher.progress(head.live());
    publisher.commit();
    openRows = 0;
    capture.confirm(head.decoded());
  }

  private void heartbeat(long now) throws SQLException, InterruptedException {
    heartbeatMillis = now;
    if (now - topicCheckMillis >= TOPIC_CHECK_MILLIS) {
      topicCheckMillis = now;
      topics.require(changesTopic, changesTopicId);
    }
    PrimaryLog.Moment moment = primary.now(); // asked each time: it also shows that it is there
    if (awaited == null) {
      awaited = moment;
    }
    commit();
  }

  /** Once the log is decoded up to where it was at a moment, that moment is what we know of. */
  private void measure() {
    PrimaryLog.Moment moment = awaited;
    if (moment != null && head.decoded() >= moment.flushedLsn()) {
      head.decodedMicros(moment.micros());
      awaited = null;
    }
  }

  private static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
