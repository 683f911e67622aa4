package dev.duplex.simulation.kafka;

import dev.duplex.schemas.time.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * What a producer has sent and does not know the fate of, in order. After {@code Sender} and {@code
 * RecordAccumulator}; a producer without transactions has a loop for it, as it may be that nobody
 * calls it.
 */
final class SentRecords implements Loop {
  private static final Duration RETRY = Duration.ofMillis(50);
  private static final long UNTIL_WOKEN = TimeUnit.HOURS.toNanos(1);

  private final Connection connection;
  private final Deque<SentRecord> records = new ArrayDeque<>();
  private @Nullable KafkaException failure;
  private boolean closed;

  SentRecords(Connection connection) {
    this.connection = connection;
  }

  void add(SentRecord record) {
    records.add(record);
    transmit();
  }

  /** Why the first one failed that did, since the last {@link #forget}. */
  @Nullable KafkaException failure() {
    return failure;
  }

  /** What was sent before does not matter any more. */
  void forget() {
    failure = null;
  }

  /** Sends what was not taken yet, and completes what is known. */
  void work() {
    transmit();
    while (!records.isEmpty() && records.getFirst().isDue()) {
      SentRecord record = records.removeFirst();
      if (failure == null) {
        failure = record.failure();
      }
      record.complete();
    }
  }

  private void transmit() {
    SentRecord failed = null;
    for (SentRecord record : List.copyOf(records)) {
      if (record.isWaiting() && failed != null) {
        record.failAfter(failed);
      } else if (record.isWaiting()) {
        record.transmit();
      }
      if (record.isWaiting()) {
        return; // and so do all behind it
      }
      failed = record.fails() ? record : failed;
    }
  }

  /** Waits for all; false if that takes longer. */
  boolean awaitAll(Duration limit) {
    return records.isEmpty() || await(records.getLast(), limit);
  }

  /** Waits for one and those before it; false if that takes longer. */
  boolean await(SentRecord record, Duration limit) {
    long begun = connection.nanos();
    while (true) {
      work();
      Duration left = limit.minusNanos(connection.nanos() - begun);
      if (record.isDone() || left.isNegative() || left.isZero()) {
        return record.isDone();
      }
      Duration next = nextWork();
      connection.pass(next.compareTo(left) < 0 ? next : left);
    }
  }

  private Duration nextWork() {
    SentRecord first = records.getFirst();
    return first.isWaiting()
        ? RETRY
        : Duration.ofNanos(Math.max(1, first.knownAtNanos() - connection.nanos()));
  }

  @Override
  public long step() {
    if (closed) {
      return OVER;
    }
    work();
    return records.isEmpty() ? UNTIL_WOKEN : nextWork().toNanos();
  }

  void close() {
    closed = true;
    while (!records.isEmpty()) {
      records.removeFirst().giveUp();
    }
  }
}
