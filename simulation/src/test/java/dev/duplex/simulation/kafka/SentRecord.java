package dev.duplex.simulation.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way: first no broker has taken it, then what becomes of it is decided, and at
 * last its sender gets to know.
 */
final class SentRecord implements Future<RecordMetadata> {
  private final Connection connection;
  private final SentRecords others;
  private final TopicPartition partition;
  private final @Nullable Callback callback;
  private final Supplier<SimulatedRecord> request;
  private final Duration limit;
  private final long deadlineNanos;
  private final String call;
  private final Fault fault;
  private boolean waiting = true;
  private long knownAtNanos;
  private @Nullable RecordMetadata metadata;
  private @Nullable KafkaException failure;
  private boolean done;

  SentRecord(
      Connection connection,
      SentRecords others,
      ProducerRecord<byte[], byte[]> record,
      @Nullable Callback callback,
      @Nullable String transactionalId,
      Coordinator.Identity by,
      Duration limit) {
    this.connection = connection;
    this.others = others;
    Integer number = record.partition();
    this.partition = new TopicPartition(record.topic(), number == null ? 0 : number);
    this.callback = callback;
    this.limit = limit;
    this.deadlineNanos = connection.nanos() + limit.toNanos();
    this.call = "produce " + partition.topic();
    this.fault = connection.faults().at(call);
    // Brokers get what the client has serialized: the caller may use its arrays again.
    byte[] key = record.key() == null ? null : record.key().clone();
    byte[] value = record.value() == null ? null : record.value().clone();
    var headers = record.headers().toArray();
    this.request =
        () -> connection.kafka().produce(partition, transactionalId, by, key, value, headers);
    if (fault == Fault.REQUEST_LATE) {
      connection
          .kafka()
          .later(
              limit.plus(connection.faults().duration(call)),
              () -> {
                var unused = request.get();
              });
    }
    if (fault == Fault.REQUEST_LOST || fault == Fault.REQUEST_LATE) {
      expire();
    }
  }

  /** Whether no broker has taken it yet, and it is tried again. */
  boolean isWaiting() {
    return waiting;
  }

  void transmit() {
    try {
      connection.requireReachable();
      SimulatedRecord record = request.get();
      if (fault == Fault.ANSWER_LOST) {
        expire();
        return;
      }
      waiting = false;
      knownAtNanos = connection.nanos() + connection.faults().duration(call).toNanos();
      metadata = new RecordMetadata(partition, record.offset, 0, record.timestampMillis, -1, -1);
    } catch (RetriableException e) {
      if (connection.nanos() >= deadlineNanos) {
        expire();
      }
    } catch (KafkaException e) {
      waiting = false;
      knownAtNanos = connection.nanos() + connection.faults().duration(call).toNanos();
      failure = e;
    }
  }

  private void expire() {
    waiting = false;
    knownAtNanos = deadlineNanos;
    failure =
        new org.apache.kafka.common.errors.TimeoutException(
            "Expiring 1 record(s) for " + partition + ": " + limit + " has passed");
  }

  /** Comes behind one that fails: brokers refuse what leaves a gap in the sequence. */
  void failAfter(SentRecord earlier) {
    waiting = false;
    knownAtNanos = earlier.knownAtNanos;
    failure = earlier.failure;
  }

  boolean fails() {
    return failure != null;
  }

  boolean isDue() {
    return !waiting && connection.nanos() >= knownAtNanos;
  }

  long knownAtNanos() {
    return knownAtNanos;
  }

  @Nullable KafkaException failure() {
    return failure;
  }

  /** Its sender gets to know. */
  void complete() {
    done = true;
    if (callback != null) {
      callback.onCompletion(
          metadata == null ? new RecordMetadata(partition, -1, -1, -1, -1, -1) : metadata, failure);
    }
  }

  /** Its producer is closed. */
  void giveUp() {
    metadata = null;
    failure = new KafkaException("Producer is closed forcefully.");
    complete();
  }

  @Override
  public RecordMetadata get() throws ExecutionException {
    others.await(this, limit);
    return result();
  }

  @Override
  public RecordMetadata get(long wait, TimeUnit unit) throws ExecutionException, TimeoutException {
    if (!others.await(this, Duration.ofNanos(unit.toNanos(wait)))) {
      throw new TimeoutException("not acknowledged yet");
    }
    return result();
  }

  private RecordMetadata result() throws ExecutionException {
    if (failure != null || metadata == null) {
      throw new ExecutionException(failure);
    }
    return metadata;
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public boolean cancel(boolean interrupt) {
    return false;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }
}
