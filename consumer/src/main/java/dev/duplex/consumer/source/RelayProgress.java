package dev.duplex.consumer.source;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.HaltException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows how far the relay is, from now on. Owned by one thread; waits for nothing but, now and
 * then, the registry.
 */
public final class RelayProgress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RelayProgress.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final ProgressLog log;
  private final TopicPartition partition;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable ClockWatch clock;
  private byte @Nullable [] keyOfConsumer;

  public RelayProgress(KafkaSettings settings, SchemaRegistry registry) {
    this.settings = settings;
    this.log = ProgressLog.ofObserver(settings, registry);
    this.partition = settings.topics().progress();
  }

  /** The relay's newest record, if one has come since the last call. */
  public Optional<Progress> poll() throws InterruptedException {
    try {
      if (clock != null && clock.wasSetBack()) {
        close();
      }
      if (consumer == null) {
        clock = settings.clockWatcher().watch();
        consumer = settings.openConsumer();
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
      }
      return newest(consumer.poll(Duration.ZERO).records(partition));
    } catch (InterruptException e) {
      Thread.interrupted(); // the client has set it again
      throw (InterruptedException) new InterruptedException("stopped").initCause(e);
    } catch (DuplexException | KafkaException e) {
      // The next record says more than the one that was missed.
      LOG.debug("the relay's progress cannot be read", e);
      close();
      return Optional.empty();
    }
  }

  private Optional<Progress> newest(List<ConsumerRecord<byte[], byte[]>> records) {
    for (int i = records.size() - 1; i >= 0; i--) {
      ConsumerRecord<byte[], byte[]> record = records.get(i);
      if (record.key() != null && Arrays.equals(record.key(), keyOfConsumer)) {
        continue; // one of our own
      }
      try {
        Progress progress = log.decode(record);
        if (progress.getRole() == Role.PRODUCER) {
          return Optional.of(progress);
        }
        keyOfConsumer = record.key();
      } catch (HaltException e) {
        LOG.debug("skipped", e); // another version wrote it, before the registry was reset
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    if (clock != null) {
      clock.close();
      clock = null;
    }
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
      consumer = null;
    }
  }
}
