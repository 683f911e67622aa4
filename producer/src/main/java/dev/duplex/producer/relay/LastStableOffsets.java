package dev.duplex.producer.relay;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.RetryException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Up to where a link's records are decided: the last stable offsets of its changes and its progress
 * topic. Readers of committed records get no further.
 *
 * <p>Owned by one thread.
 */
final class LastStableOffsets {
  private static final long LONGEST_PAUSE_MILLIS = 32;

  /** Of each topic, the offset behind a record. */
  record Ends(long changes, long progress) {
    boolean reach(Ends others) {
      return changes >= others.changes && progress >= others.progress;
    }

    /** Of each topic the later one. */
    Ends orBehind(Ends others) {
      return new Ends(Math.max(changes, others.changes), Math.max(progress, others.progress));
    }
  }

  private final Admin admin;
  private final KafkaSettings settings;
  private final Duration limit;
  private final TopicPartition changes;
  private final TopicPartition progress;

  /**
   * For one link.
   *
   * @param limit how long a call waits at most
   */
  LastStableOffsets(Admin admin, KafkaSettings settings, Duration limit) {
    this.admin = admin;
    this.settings = settings;
    this.limit = limit;
    this.changes = settings.topics().changes();
    this.progress = settings.topics().progress();
  }

  /**
   * Up to where records are decided.
   *
   * @throws KafkaException if Kafka does not say
   */
  Ends decided() {
    return ask(IsolationLevel.READ_COMMITTED);
  }

  /**
   * Up to where there are records.
   *
   * @throws KafkaException if Kafka does not say
   */
  Ends written() {
    return ask(IsolationLevel.READ_UNCOMMITTED);
  }

  /**
   * Waits until everything up to the ends is decided; at most twice the limit.
   *
   * @throws KafkaException if Kafka does not say
   * @throws RetryException if it is not in time
   */
  void await(Ends ends) {
    long start = settings.time().nanos();
    long pause = 1;
    Ends now = decided();
    while (!now.reach(ends)) {
      if (settings.time().nanos() - start > limit.toNanos()) {
        throw now.progress < ends.progress
            ? undecided(settings, progress, now.progress)
            : undecided(settings, changes, now.changes);
      }
      pause(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      now = decided();
    }
  }

  /** Why nothing goes on: a transaction that is not of this link's writer, or seems so to Kafka. */
  static RetryException undecided(KafkaSettings settings, TopicPartition partition, long offset) {
    return new RetryException(
        Reason.BROKER_UNREACHABLE,
        ("Kafka at %s shows nothing of topic %s from offset %d on: a transaction there is neither"
                + " committed nor aborted; if this goes on, whoever runs Kafka ends it with"
                + " 'kafka-transactions.sh --bootstrap-server %s abort --topic %s --partition %d"
                + " --start-offset %d'")
            .formatted(
                settings.bootstrapServers(),
                partition.topic(),
                offset,
                settings.bootstrapServers(),
                partition.topic(),
                partition.partition(),
                offset),
        null);
  }

  private Ends ask(IsolationLevel level) {
    try {
      Map<TopicPartition, ListOffsetsResultInfo> offsets =
          admin
              .listOffsets(
                  Map.of(changes, OffsetSpec.latest(), progress, OffsetSpec.latest()),
                  new ListOffsetsOptions(level))
              .all()
              .get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return new Ends(offset(offsets, changes), offset(offsets, progress));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "no answer for " + limit.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    }
  }

  private static long offset(
      Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
    ListOffsetsResultInfo found = offsets.get(partition);
    if (found == null) {
      throw new KafkaException("no offset of " + partition);
    }
    return found.offset();
  }

  private void pause(long millis) {
    try {
      settings.time().sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
