package dev.duplex.producer.relay;

import dev.duplex.config.PrimaryConfig;
import dev.duplex.producer.capture.Capture;
import dev.duplex.producer.capture.CapturedChange;
import dev.duplex.producer.capture.ChangeBatch;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.table.TableId;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what the capture brings, as long as that works.
 *
 * <p>Natural batching: a Kafka transaction takes all source transactions that are at hand and is
 * committed as soon as nothing more is; it waits for none. The slot is confirmed after it, up to
 * it, never beyond.
 *
 * <p>Owned by the relay's thread.
 */
final class LivePhase {
  /** How often progress is written when nothing happens. */
  static final long HEARTBEAT_MILLIS = 1_000;

  // Who waits for a commit that changed nothing of the link's sees it by the progress alone.
  private static final long IDLE_PROGRESS_MILLIS = 100;
  private static final long TOPIC_CHECK_MILLIS = 5_000;
  private static final long TABLE_CHECK_MILLIS = 2_000;

  private final RelayLease holding;
  private final Capture capture;
  private final KafkaConnector.KafkaSide kafka;
  private final RelayHead head;
  private final PrimaryConfig config;
  private final KafkaBatch batch;
  private final Time time;
  private final String topicId;

  private @Nullable Long heartbeatMillis; // null before the first
  private long progressMillis;
  private long progressDecoded;
  private long topicCheckMillis;
  private long tableCheckMillis;

  LivePhase(
      RelayLease holding,
      Capture capture,
      KafkaConnector.KafkaSide kafka,
      RelayHead head,
      PrimaryConfig config) {
    this.holding = holding;
    this.capture = capture;
    this.kafka = kafka;
    this.head = head;
    this.config = config;
    this.time = holding.time();
    this.progressMillis = time.millis();
    this.topicCheckMillis = time.millis() - TOPIC_CHECK_MILLIS; // at once
    this.tableCheckMillis = time.millis() - TABLE_CHECK_MILLIS;
    this.batch =
        new KafkaBatch(kafka.publisher(), head, holding.maxTransaction(), time, this::committed);
    this.topicId = head.live().getTopicId();
  }

  /**
   * Publishes one batch of the capture, if there is one, and what else is due.
   *
   * @return for how many nanoseconds nothing will be due unless the capture has something
   * @throws DuplexException for why it cannot go on
   */
  long step() throws SQLException, InterruptedException {
    ChangeBatch changes = capture.poll();
    if (changes != null) {
      publish(changes);
    }
    batch.cutIfLong();
    long now = time.millis();
    if (heartbeatMillis == null || now - heartbeatMillis >= HEARTBEAT_MILLIS) {
      heartbeat(now);
    } else if (isProgressNews() && now - progressMillis >= IDLE_PROGRESS_MILLIS) {
      batch.commit();
    }
    return changes == null ? untilDue() : 0;
  }

  private boolean isProgressNews() {
    return !batch.isOpen() && head.decoded() > progressDecoded;
  }

  private long untilDue() {
    long now = time.millis();
    long due = Objects.requireNonNull(heartbeatMillis) + HEARTBEAT_MILLIS;
    if (isProgressNews()) {
      due = Math.min(due, progressMillis + IDLE_PROGRESS_MILLIS);
    }
    return TimeUnit.MILLISECONDS.toNanos(Math.max(0, due - now));
  }

  /** Ends here; the transaction in flight is left to the next relay. */
  PublishedEnd end() {
    return head.acknowledged();
  }

  /** Tells everyone who reads the progress topic why it cannot go on. */
  void report(HaltException halt) {
    RelayLease.report(kafka.publisher(), head, halt);
  }

  private void publish(ChangeBatch changes) {
    for (CapturedChange change : changes.changes()) {
      batch.send(
          change.table().schema(),
          change.key(),
          change.value(),
          change.position(),
          change.order(),
          change.end());
    }
    if (changes.atBoundary()) {
      head.decoded(changes.decoded());
    }
    if (batch.isOpen() && batch.atBoundary() && !capture.hasMore()) {
      batch.commit();
    }
  }

  private void committed() {
    capture.confirm(head.decoded());
    progressDecoded = head.decoded();
    progressMillis = time.millis();
    holding.health().published(head);
  }

  /** Tables that match the configuration: they were made since {@code duplex init} ran. */
  private List<TableId> unpublished() throws SQLException {
    return holding.primary().unpublished().stream()
        .filter(table -> config.replicates(table.schema(), table.name()))
        .toList();
  }

  private void heartbeat(long now) throws SQLException, InterruptedException {
    heartbeatMillis = now;
    if (now - topicCheckMillis >= TOPIC_CHECK_MILLIS) {
      topicCheckMillis = now;
      kafka.topics().require(kafka.publisher().topic(), topicId);
    }
    if (now - tableCheckMillis >= TABLE_CHECK_MILLIS) {
      tableCheckMillis = now;
      holding.health().unpublished(unpublished());
    }
    batch.logEnd().asked(holding.primary().now()); // each time: it also shows that it is there
    if (!batch.isOpen()) {
      batch.commit();
    }
    if (batch.logEnd().hasCaughtUp()) {
      holding.health().stillLive(holding.identity(), head.acknowledged().position());
    }
  }
}
