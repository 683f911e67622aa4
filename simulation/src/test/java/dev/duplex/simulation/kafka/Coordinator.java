package dev.duplex.simulation.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction coordinator: who may write under a transactional id, and how its transactions
 * end. After {@code TransactionCoordinator} and {@code TransactionMetadata} of Kafka 4 (KIP-98,
 * KIP-890 "transactions, server side defense"): each end of a transaction and each {@code
 * initTransactions} raises the epoch, and whoever comes with an earlier one is fenced.
 *
 * <p>A commit is acknowledged when it is decided here; the markers are written afterwards. One that
 * is never written is what docs/decisions/0013-hanging-transactions.md is about: the coordinator
 * takes a partition without a leader for deleted, and forgets it.
 */
final class Coordinator {
  /** Writes the marker of a transaction into a partition, now, later or never. */
  interface Markers {
    void write(TopicPartition partition, Identity by, boolean commit, Runnable written);
  }

  /** Under what a producer writes. */
  record Identity(long producerId, short epoch) {}

  private static final class Writer {
    long producerId;
    short epoch;
    long timeoutMillis;
    long begunMillis;
    final Set<TopicPartition> partitions = new LinkedHashSet<>();
    int markersDue;

    Identity identity() {
      return new Identity(producerId, epoch);
    }
  }

  private final Markers markers;
  private final Map<String, Writer> writers = new HashMap<>();
  private long lastProducerId;

  Coordinator(Markers markers) {
    this.markers = markers;
  }

  /** For a producer without transactions. */
  Identity idempotent() {
    return new Identity(++lastProducerId, (short) 0);
  }

  /**
   * Makes the caller the writer.
   *
   * @throws ConcurrentTransactionsException while the last transaction is being ended
   */
  Identity initialize(String transactionalId, long timeoutMillis) {
    Writer writer = writers.get(transactionalId);
    if (writer == null) {
      writer = new Writer();
      writer.producerId = ++lastProducerId;
      writers.put(transactionalId, writer);
    } else {
      if (!writer.partitions.isEmpty()) {
        end(writer, false); // and fences its owner
      }
      requireEnded(writer);
      writer.epoch++;
    }
    writer.timeoutMillis = timeoutMillis;
    return writer.identity();
  }

  /** Adds a partition to the writer's transaction, which begins with the first one. */
  void add(String transactionalId, Identity by, TopicPartition partition, long nowMillis) {
    Writer writer = writers.get(transactionalId);
    if (writer == null || !writer.identity().equals(by)) {
      throw new InvalidProducerEpochException(
          "Producer attempted to produce with an old epoch: " + by);
    }
    requireEnded(writer);
    if (writer.partitions.isEmpty()) {
      writer.begunMillis = nowMillis;
    }
    writer.partitions.add(partition);
  }

  /** Commits or aborts; returns under what the producer goes on. */
  Identity end(String transactionalId, Identity by, boolean commit) {
    Writer writer = writers.get(transactionalId);
    if (writer == null || !writer.identity().equals(by)) {
      throw new ProducerFencedException(
          "There is a newer producer with the same transactionalId which fences the current one: "
              + transactionalId);
    }
    if (commit && writer.partitions.isEmpty()) {
      throw new InvalidTxnStateException("no transaction of " + transactionalId + " is under way");
    }
    end(writer, commit);
    return writer.identity();
  }

  private void end(Writer writer, boolean commit) {
    writer.epoch++;
    Identity by = writer.identity();
    List<TopicPartition> touched = new ArrayList<>(writer.partitions);
    writer.partitions.clear();
    writer.markersDue = touched.size();
    for (TopicPartition partition : touched) {
      markers.write(partition, by, commit, () -> writer.markersDue--);
    }
  }

  private static void requireEnded(Writer writer) {
    if (writer.markersDue > 0) {
      throw new ConcurrentTransactionsException("the last transaction is being ended");
    }
  }

  /** Aborts transactions that have been open for longer than their producer's timeout. */
  void expire(long nowMillis) {
    for (Writer writer : writers.values()) {
      if (!writer.partitions.isEmpty() && nowMillis - writer.begunMillis > writer.timeoutMillis) {
        end(writer, false);
      }
    }
  }

  /** When the next one expires; null if none is open. */
  @Nullable Long nextExpiryMillis() {
    Long next = null;
    for (Writer writer : writers.values()) {
      if (!writer.partitions.isEmpty()) {
        long at = writer.begunMillis + writer.timeoutMillis;
        next = next == null ? at : Math.min(next, at);
      }
    }
    return next;
  }

  /** Forgets a transactional id, as after a week without it: it gets another producer id. */
  void forget(String transactionalId) {
    writers.remove(transactionalId);
  }

  /** A topic is gone, and with it what was to be marked in it. */
  void deleted(String topic) {
    for (Writer writer : writers.values()) {
      writer.partitions.removeIf(partition -> partition.topic().equals(topic));
    }
  }
}
