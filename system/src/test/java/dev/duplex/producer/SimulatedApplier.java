package dev.duplex.producer;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.status.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Says on the topics what an applier would say, without applying anything: that it has applied
 * whatever is published, as long as it is told to.
 */
final class SimulatedApplier implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaSettings settings;
  private final SchemaRegistry registry;
  private final ProgressLog log;
  private final StatusReporter reporter;
  private final Thread thread;
  private volatile boolean applying = true;
  private volatile boolean closed;
  private @Nullable Progress applied;
  private @Nullable Progress published;

  SimulatedApplier(DuplexConfig config) throws IOException, InterruptedException {
    settings = PrimaryLab.kafka(config);
    registry = SchemaRegistry.open(config.registry().url(), Map.of());
    log = new ProgressLog(settings, registry);
    reporter =
        StatusReporter.open(
            Files.createTempDirectory("simulated-applier"),
            Observer.CONSUMER,
            "simulated",
            settings,
            registry);
    thread = new Thread(this::run, "simulated-applier");
    thread.start();
  }

  /** Stays where it is, and says so, until told to go on. */
  void applying(boolean now) {
    applying = now;
  }

  /** For incidents of its own. */
  StatusReporter reporter() {
    return reporter;
  }

  private void run() {
    TopicPartition partition = new TopicPartition(settings.link().progressTopic(), 0);
    Map<String, Object> properties = settings.producer();
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer());
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (!closed) {
        try {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            Progress progress = log.decode(record);
            if (progress.getRole() == Role.PRODUCER) {
              published = progress;
            }
          }
          report(producer);
        } catch (KafkaException | DuplexException e) {
          // The broker is away; what is reported next says the same and more.
        }
      }
      producer.close(Duration.ofSeconds(1));
      consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
  }

  private void report(KafkaProducer<byte[], byte[]> producer) {
    Progress newest = published;
    if (newest == null) {
      return;
    }
    if (applying || applied == null) {
      applied = newest;
    }
    var unused =
        producer.send(log.record(Progress.newBuilder(applied).setRole(Role.CONSUMER).build()));
    for (StatusEvent event : reporter.open()) {
      Long last = event.getLastPosition();
      if (event.getObserver() == Observer.PRODUCER
          && event.getState() == LinkState.RECOVERING
          && event.getDrained()
          && last != null
          && applied.getPosition() >= last) {
        var unusedAnswer =
            reporter.answer(
                event,
                Observation.inSync(
                        Reason.valueOf(event.getReason()), event.getTimeMicros(), "applied")
                    .withRange(
                        new PrimaryIdentity(applied.getSystemId(), applied.getTimeline()),
                        null,
                        applied.getPosition()));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reporter.close();
    registry.close();
  }
}
