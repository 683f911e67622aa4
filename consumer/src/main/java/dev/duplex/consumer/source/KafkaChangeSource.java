package dev.duplex.consumer.source;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.kafka.KafkaFailure;
import dev.duplex.schemas.kafka.KafkaSettings;
import dev.duplex.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads the topic's one partition without a group: the secondary knows the offset. */
public final class KafkaChangeSource implements ChangeSource {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  // A poll copies its records out of what was fetched; with wide rows 5,000 would be too much.
  private static final int RECORDS_PER_POLL = 100; // with records of 1 MB, 100 MB of heap

  private final KafkaSettings settings;
  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();
  private @Nullable ConsumerRecord<byte[], byte[]> record;
  private long next;

  private KafkaChangeSource(KafkaSettings settings, Consumer<byte[], byte[]> consumer) {
    this.settings = settings;
    this.consumer = consumer;
    this.partition = new TopicPartition(settings.link().changesTopic(), 0);
    consumer.assign(List.of(partition));
  }

  /**
   * A source that has not gone anywhere yet.
   *
   * @throws dev.duplex.schemas.failure.RetryException if no client can be made for now
   */
  public static KafkaChangeSource open(KafkaSettings settings) {
    Map<String, Object> properties = settings.consumer();
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
    try {
      return new KafkaChangeSource(settings, new KafkaConsumer<>(properties));
    } catch (KafkaException e) {
      throw KafkaFailure.of("open a consumer", settings, e);
    }
  }

  @Override
  public void seek(long offset) {
    polled = Collections.emptyIterator();
    record = null;
    next = offset;
    consumer.seek(partition, offset);
  }

  @Override
  public boolean next(Duration wait) throws InterruptedException {
    if (!polled.hasNext()) {
      poll(wait);
    }
    if (!polled.hasNext()) {
      return false;
    }
    record = polled.next();
    next = record.offset() + 1;
    return true;
  }

  private void poll(Duration wait) throws InterruptedException {
    try {
      polled = consumer.poll(wait).iterator();
      if (!polled.hasNext()) {
        // Behind the end of a transaction lies its marker, which is nobody's record.
        next = consumer.position(partition, Duration.ZERO);
      }
    } catch (OffsetOutOfRangeException e) {
      throw new HaltException(
          Reason.GAP,
          "offset "
              + next
              + " of "
              + partition.topic()
              + " does not exist (any more): changes are lost, because the topic's retention ended"
              + " before they were applied or because the topic was made again; run 'duplex init"
              + " --recopy'",
          e);
    } catch (InterruptException e) {
      Thread.interrupted(); // Kafka sets the flag and throws; the flag is cleared by whoever throws
      throw new InterruptedException(e.getMessage());
    } catch (KafkaException e) {
      throw KafkaFailure.of("read " + partition.topic(), settings, e);
    }
  }

  @Override
  public long offset() {
    return current().offset();
  }

  @Override
  public byte @Nullable [] value() {
    return current().value();
  }

  @Override
  public byte @Nullable [] fingerprint() {
    Header header = current().headers().lastHeader(WireFormat.FINGERPRINT_HEADER);
    return header == null ? null : header.value();
  }

  @Override
  public long nextOffset() {
    return next;
  }

  @Override
  public boolean isAtEnd() {
    return !polled.hasNext() && consumer.currentLag(partition).orElse(1) == 0;
  }

  private ConsumerRecord<byte[], byte[]> current() {
    if (record == null) {
      throw new IllegalStateException("next() comes first");
    }
    return record;
  }

  @Override
  public void close() {
    try {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    } catch (KafkaException e) {
      throw KafkaFailure.of("close the consumer", settings, e);
    }
  }
}
