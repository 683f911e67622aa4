package dev.duplex.consumer.source;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
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
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of {@code <link>.changes} in order, one at a time: after {@link #next} has said true,
 * the other methods tell about that record. Reads the topic's one partition without a group: the
 * secondary knows the offset.
 *
 * <p>Owned by one thread.
 */
final class TopicReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  // A poll copies its records out of what was fetched; with wide rows 5,000 would be too much.
  private static final int RECORDS_PER_POLL = 100; // with records of 1 MB, 100 MB of heap

  private final KafkaSettings settings;
  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private final ClockWatch clock;
  private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();
  private @Nullable ConsumerRecord<byte[], byte[]> record;
  private long next;

  private TopicReader(KafkaSettings settings, Consumer<byte[], byte[]> consumer) {
    this.settings = settings;
    this.consumer = consumer;
    this.clock = settings.clockWatcher().watch(consumer::wakeup);
    this.partition = settings.topics().changes();
    consumer.assign(List.of(partition));
  }

  /**
   * A reader that has not gone anywhere yet.
   *
   * @throws dev.duplex.schemas.failure.RetryException if no client can be made for now
   */
  static TopicReader open(KafkaSettings settings) {
    Map<String, Object> properties = settings.consumer();
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
    try {
      return new TopicReader(settings, settings.clients().consumer(properties));
    } catch (KafkaException e) {
      throw KafkaFailure.of("open a consumer", settings, e);
    }
  }

  /** Goes to an offset; {@link #next} gives the first record at or behind it. */
  void seek(long offset) {
    polled = Collections.emptyIterator();
    record = null;
    next = offset;
    consumer.seek(partition, offset);
  }

  /**
   * Moves to the next record.
   *
   * @param wait how long at most, if none is at hand; zero takes only what has arrived
   * @return false if there is none yet
   * @throws HaltException if what lies there is lost
   * @throws dev.duplex.schemas.failure.RetryException if it cannot be read for now
   */
  boolean next(Duration wait) throws InterruptedException {
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
        passMarkers();
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

  /** Behind the end of a transaction lies its marker, which is nobody's record. */
  private void passMarkers() {
    try {
      next = consumer.position(partition, Duration.ZERO);
    } catch (TimeoutException e) {
      LOG.debug("the client checks where it is, as after a change of the leader", e);
    }
  }

  long offset() {
    return current().offset();
  }

  /** The record's value; null for a record without one. */
  byte @Nullable [] value() {
    return current().value();
  }

  /** The fingerprint of the value's schema; null if the record has none. */
  byte @Nullable [] fingerprint() {
    Header header = current().headers().lastHeader(WireFormat.FINGERPRINT_HEADER);
    return header == null ? null : header.value();
  }

  /** The offset to go on from when all records so far are applied: never a record's before. */
  long nextOffset() {
    return next;
  }

  /** Whether the last answer of the broker has shown that nothing more is there. */
  boolean isAtEnd() {
    return !polled.hasNext() && consumer.currentLag(partition).orElse(1) == 0;
  }

  private ConsumerRecord<byte[], byte[]> current() {
    if (record == null) {
      throw new IllegalStateException("next() comes first");
    }
    return record;
  }

  /** Takes at most some seconds. */
  @Override
  public void close() {
    clock.close();
    try {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    } catch (KafkaException e) {
      throw KafkaFailure.of("close the consumer", settings, e);
    }
  }
}
