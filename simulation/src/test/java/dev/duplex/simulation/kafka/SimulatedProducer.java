package dev.duplex.simulation.kafka;

import dev.duplex.schemas.time.Loops;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * As {@code KafkaProducer} with idempotence: what is sent is on its way at once, and whoever sent
 * it learns what became of it with a later call. After {@code TransactionManager}: a record that
 * fails makes the commit fail; a call whose time ran out may have been done, and nothing but
 * closing is possible then; who is fenced stays so.
 */
final class SimulatedProducer {
  private enum State {
    NEW,
    READY,
    IN_TRANSACTION,
    UNSURE,
    FENCED,
    CLOSED
  }

  private final Connection connection;
  private final Loops loops;
  private final @Nullable String transactionalId;
  private final Duration transactionLimit;
  private final Duration blockLimit;
  private final Duration deliveryLimit;
  private final SentRecords sent;
  private State state = State.NEW;
  private Coordinator.@Nullable Identity identity;
  private boolean begun; // the brokers know of the transaction
  private Loops.@Nullable Running sender;

  SimulatedProducer(Connection connection, Loops loops, Map<String, Object> properties) {
    this.connection = connection;
    this.loops = loops;
    this.sent = new SentRecords(connection);
    this.transactionalId = (String) properties.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    this.transactionLimit =
        Timeouts.of(properties, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 60_000);
    this.blockLimit = Timeouts.of(properties, ProducerConfig.MAX_BLOCK_MS_CONFIG, 60_000);
    this.deliveryLimit =
        Timeouts.of(properties, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
  }

  public void initTransactions() {
    require(State.NEW, "initTransactions");
    String id = transactionalId;
    if (id == null) {
      throw new IllegalStateException("Cannot use transactional methods without enabling");
    }
    Coordinator coordinator = connection.kafka().coordinator();
    identity =
        transition(
            "initialize transactions",
            () -> coordinator.initialize(id, transactionLimit.toMillis()));
    state = State.READY;
  }

  public void beginTransaction() {
    require(State.READY, "beginTransaction");
    state = State.IN_TRANSACTION;
    begun = false;
    sent.forget();
  }

  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, null);
  }

  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    if (transactionalId != null) {
      require(State.IN_TRANSACTION, "send");
      sent.work();
      requireNoFailure();
    } else if (state == State.CLOSED) {
      throw closed();
    } else if (sender == null) {
      identity = connection.kafka().coordinator().idempotent();
      sender = loops.start("kafka-producer", sent);
    }
    SentRecord sending =
        new SentRecord(
            connection, sent, record, callback, transactionalId, identity(), deliveryLimit);
    sent.add(sending);
    begun = true;
    if (sender != null) {
      sender.wake();
    }
    return sending;
  }

  public void flush() {
    sent.awaitAll(deliveryLimit);
  }

  public void commitTransaction() {
    end("commit", true);
  }

  public void abortTransaction() {
    end("abort", false);
  }

  private void end(String call, boolean commit) {
    require(State.IN_TRANSACTION, call + "Transaction");
    if (!sent.awaitAll(blockLimit)) {
      state = State.UNSURE;
      throw new TimeoutException(
          "Timeout expired after " + blockLimit + " while awaiting EndTxn(" + commit + ")");
    }
    if (commit) {
      requireNoFailure();
    }
    if (begun) {
      String id = String.valueOf(transactionalId);
      Coordinator.Identity by = identity();
      Coordinator coordinator = connection.kafka().coordinator();
      identity = transition(call, () -> coordinator.end(id, by, commit));
    }
    state = State.READY;
  }

  private Coordinator.Identity transition(String call, Supplier<Coordinator.Identity> request) {
    try {
      return connection.call(call, blockLimit, request);
    } catch (TimeoutException e) {
      state = State.UNSURE;
      throw e;
    } catch (ProducerFencedException e) {
      state = State.FENCED;
      throw e;
    }
  }

  private void requireNoFailure() {
    if (sent.failure() != null) {
      throw new KafkaException(
          "Cannot execute transactional method because we are in an error state", sent.failure());
    }
  }

  private Coordinator.Identity identity() {
    if (identity == null) {
      throw new IllegalStateException("initTransactions() comes first");
    }
    return identity;
  }

  private void require(State needed, String call) {
    switch (state) {
      case CLOSED -> throw closed();
      case FENCED ->
          throw new ProducerFencedException(
              "another producer of " + transactionalId + " is active");
      default -> {
        if (state != needed) {
          throw new IllegalStateException(
              "Cannot attempt operation `" + call + "` in state " + state);
        }
      }
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("Cannot perform operation after producer has been closed");
  }

  public List<PartitionInfo> partitionsFor(String topic) {
    if (state == State.CLOSED) {
      throw closed();
    }
    return connection.call(
        "metadata",
        blockLimit,
        () -> {
          connection.kafka().log(topic);
          return List.of(new PartitionInfo(topic, 0, null, null, null));
        });
  }

  public void close() {
    close(deliveryLimit);
  }

  /** Waits for what was sent, or aborts the open transaction, if there is time to. */
  public void close(Duration wait) {
    if (transactionalId == null && state != State.CLOSED) {
      sent.awaitAll(wait);
    }
    if (state == State.IN_TRANSACTION && begun && !wait.isZero()) {
      Coordinator.Identity by = identity();
      String id = String.valueOf(transactionalId);
      try {
        connection.call("abort", wait, () -> connection.kafka().coordinator().end(id, by, false));
      } catch (KafkaException e) {
        // the coordinator aborts it when its time is over
      }
    }
    state = State.CLOSED;
    sent.close();
    if (sender != null) {
      sender.stop();
    }
  }
}
