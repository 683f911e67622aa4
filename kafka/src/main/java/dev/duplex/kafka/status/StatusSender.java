package dev.duplex.kafka.status;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.GivenUpTransaction;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one event at a time, each in a Kafka transaction, and waits until it is committed. Of the
 * instances of an observer the one that connected last may send; the others are fenced until they
 * connect again. Owned by one thread.
 */
final class StatusSender implements AutoCloseable {
  private static final int BLOCK_MILLIS = 5_000;
  private static final int REQUEST_MILLIS = 5_000;
  private static final int DELIVERY_MILLIS = 10_000;
  private static final Duration RECORD_LIMIT = Duration.ofMillis(DELIVERY_MILLIS);
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int BATCH_BYTES = 16 << 10;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final String transactionalId;
  private final StatusLog log;
  private @Nullable Producer<byte[], byte[]> producer;
  private @Nullable ClockWatch clock;

  StatusSender(KafkaSettings settings, Observer observer, SchemaRegistry registry) {
    this.settings = settings;
    this.transactionalId = settings.link().statusTransactionalId(observer.name());
    this.log = new StatusLog(settings.link(), registry);
  }

  /** Gets from the registry what is needed to send, so that it may be away later. */
  void prepare() {
    log.record(
        StatusEvent.newBuilder()
            .setLink(settings.link().name())
            .setIncident("")
            .setObserver(Observer.MONITOR)
            .setSequence(0)
            .setInstance("")
            .setState(LinkState.IN_SYNC)
            .setPreviousState(LinkState.IN_SYNC)
            .setReason("")
            .setTimeMicros(0)
            .setDetail("")
            .build());
  }

  /**
   * Makes this instance the one that may send, and gives up what an earlier one left undecided.
   * Once the topic was read up to where it ends now, nobody else's event can come before the next
   * one sent here.
   *
   * @return false if it is already, as far as is known
   * @throws dev.duplex.schemas.failure.DuplexException if Kafka does not answer
   */
  boolean connect() throws InterruptedException {
    if (producer != null) {
      return false;
    }
    Map<String, Object> properties = settings.producer();
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, DELIVERY_MILLIS);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    attempt(
        () -> {
          Producer<byte[], byte[]> connecting = settings.clients().producer(properties);
          producer = connecting;
          clock = settings.clockWatcher().watchClosing(connecting);
          connecting.initTransactions();
          GivenUpTransaction.write(connecting, List.of(settings.topics().status()), RECORD_LIMIT);
        });
    return true;
  }

  /**
   * Sends an event; when this returns all in-sync replicas have it. If it throws, they may.
   *
   * @return its offset; it can count as sent once readers get past it
   * @throws dev.duplex.schemas.failure.FencedException if another instance has connected since
   * @throws dev.duplex.schemas.failure.DuplexException if it cannot be sent now
   */
  long send(StatusEvent event) throws InterruptedException {
    Producer<byte[], byte[]> connected = producer;
    if (connected == null) {
      throw new IllegalStateException("not connected");
    }
    AtomicLong offset = new AtomicLong();
    attempt(
        () -> {
          connected.beginTransaction();
          // A failure shows when it is committed.
          var unused =
              connected.send(
                  log.record(event),
                  (metadata, e) -> offset.set(e == null ? metadata.offset() : -1));
          connected.commitTransaction();
        });
    return offset.get();
  }

  private void attempt(Runnable call) throws InterruptedException {
    try {
      call.run();
    } catch (InterruptException e) {
      disconnect();
      Thread.interrupted(); // the client has set it again
      throw (InterruptedException) new InterruptedException("stopped").initCause(e);
    } catch (KafkaException e) {
      disconnect(); // who connects next aborts what is on its way
      throw KafkaFailure.of("report status", settings, e);
    }
  }

  private void disconnect() {
    close(Duration.ZERO);
  }

  @Override
  public void close() {
    close(CLOSE_LIMIT);
  }

  private void close(Duration limit) {
    if (clock != null) {
      clock.close();
      clock = null;
    }
    if (producer != null) {
      producer.close(limit);
      producer = null;
    }
  }
}
