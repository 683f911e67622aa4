package dev.duplex.schemas.status;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.kafka.KafkaFailure;
import dev.duplex.schemas.kafka.KafkaSettings;
import dev.duplex.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Sends one event at a time and waits until all in-sync replicas have it. Owned by one thread. */
final class StatusSender implements AutoCloseable {
  private static final int BLOCK_MILLIS = 5_000;
  private static final int REQUEST_MILLIS = 5_000;
  private static final int DELIVERY_MILLIS = 10_000;
  private static final long WAIT_SECONDS = 20;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int BATCH_BYTES = 16 << 10;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final StatusLog log;
  private @Nullable Producer<byte[], byte[]> producer;

  StatusSender(KafkaSettings settings, SchemaRegistry registry) {
    this.settings = settings;
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
   * Sends an event; when this returns it is on the topic. If it throws, it may be.
   *
   * @throws dev.duplex.schemas.failure.DuplexException if it cannot be sent now
   */
  void send(StatusEvent event) throws InterruptedException {
    try {
      if (producer == null) {
        Map<String, Object> properties = settings.producer();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        producer = new KafkaProducer<>(properties);
      }
      producer.send(log.record(event)).get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptException e) {
      Thread.interrupted(); // the client has set it again
      throw (InterruptedException) new InterruptedException("stopped").initCause(e);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      disconnect(); // what is still on its way must not come after what is sent again
      throw KafkaFailure.of("report status", settings, e);
    }
  }

  private void disconnect() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(CLOSE_LIMIT);
      producer = null;
    }
  }
}
