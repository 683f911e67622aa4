package dev.duplex.kafka.status;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.status.Incidents;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tails the status topic: first the recent past, then what comes. Drops repeats; skips what cannot
 * be decoded.
 *
 * <p>Owned by one thread. Each call waits at most for the limits of the clients. After a {@link
 * RetryException} of {@link #poll} it can be polled again; nothing was left out.
 */
public final class StatusFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusFollower.class);
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);
  // A peer that was killed within a transaction holds readers up for twice its timeout of 10 s.
  private static final Duration SHOWN_LIMIT = Duration.ofSeconds(25);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  // Events are rare: this is more than a retention's worth.
  private static final long RECENT = 10_000;

  private final KafkaSettings settings;
  private final StatusLog log;
  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private final ClockWatch clock;
  private final Incidents incidents = new Incidents();
  // Fetched and not decoded yet, as long as the registry does not answer.
  private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
  private boolean skipped;

  private StatusFollower(
      KafkaSettings settings, SchemaRegistry registry, Consumer<byte[], byte[]> consumer) {
    this.settings = settings;
    this.log = new StatusLog(settings.link(), registry);
    this.partition = settings.topics().status();
    this.consumer = consumer;
    this.clock = settings.clockWatcher().watch(consumer::wakeup);
  }

  /**
   * Reads the recent past, to the end of the topic as it is now; {@link #open()} then tells which
   * incidents are open.
   *
   * @throws RetryException if Kafka or the registry does not answer, or there is no such topic
   * @throws dev.duplex.schemas.failure.SetupException if one of them denies access
   */
  public static StatusFollower open(KafkaSettings settings, SchemaRegistry registry)
      throws InterruptedException {
    return open(settings, registry, past -> {});
  }

  /**
   * As above.
   *
   * @param past is given what was read
   */
  static StatusFollower open(
      KafkaSettings settings,
      SchemaRegistry registry,
      java.util.function.Consumer<StatusEvent> past)
      throws InterruptedException {
    try {
      StatusFollower follower = new StatusFollower(settings, registry, settings.openConsumer());
      try {
        follower.readRecent(past);
      } catch (InterruptedException | RuntimeException e) {
        follower.close();
        throw e;
      }
      return follower;
    } catch (KafkaException e) {
      throw KafkaFailure.of("read " + settings.link().statusTopic(), settings, e);
    }
  }

  private void readRecent(java.util.function.Consumer<StatusEvent> past)
      throws InterruptedException {
    try {
      consumer.assign(List.of(partition));
      long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      consumer.seek(partition, Math.max(begin, end - RECENT));
      pollTo(end, past);
    } catch (InterruptException e) {
      throw interrupted(e);
    }
  }

  private void pollTo(long end, java.util.function.Consumer<StatusEvent> taker)
      throws InterruptedException {
    long begun = settings.time().nanos();
    while (consumer.position(partition) < end || !fetched.isEmpty()) {
      poll(POLL).forEach(taker);
      if (settings.time().nanos() - begun > READ_LIMIT.toNanos()) {
        throw new TimeoutException(
            "nothing from offset %d on is shown for %d s"
                .formatted(consumer.position(partition), READ_LIMIT.toSeconds()));
      }
    }
  }

  /**
   * All events that have come since, up to the end of the topic as it is now: also those that were
   * written behind another observer's transaction that is not over yet, for which this waits.
   *
   * @throws RetryException if Kafka or the registry does not answer
   */
  List<StatusEvent> pollToEnd() throws InterruptedException {
    List<StatusEvent> events = new ArrayList<>();
    try {
      pollTo(writtenEnd(), events::add);
    } catch (InterruptException e) {
      throw interrupted(e);
    } catch (KafkaException e) {
      throw KafkaFailure.of("read " + partition.topic(), settings, e);
    }
    return events;
  }

  /**
   * Whether there is more than is shown: a transaction is under way, or hangs.
   *
   * @throws RetryException if Kafka does not answer
   */
  boolean hidesRecords() throws InterruptedException {
    try {
      long written = writtenEnd();
      return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L) < written;
    } catch (InterruptException e) {
      throw interrupted(e);
    } catch (KafkaException e) {
      throw KafkaFailure.of("read " + partition.topic(), settings, e);
    }
  }

  private long writtenEnd() {
    Map<String, Object> uncommitted = settings.consumer();
    uncommitted.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    try (Consumer<byte[], byte[]> other = settings.clients().consumer(uncommitted);
        ClockWatch watch = settings.clockWatcher().watch(other::wakeup)) {
      return other.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }
  }

  /**
   * Waits until the topic is decided up to a record, for {@link #poll} to return what lies before.
   *
   * @throws RetryException if that takes long: the record's transaction hangs, or one before it
   */
  void fetchPast(long offset) throws InterruptedException {
    long begun = settings.time().nanos();
    while (consumer.position(partition) <= offset) {
      fetch(POLL);
      if (settings.time().nanos() - begun > SHOWN_LIMIT.toNanos()) {
        throw new RetryException(
            Reason.BROKER_UNREACHABLE,
            "Kafka shows nothing of topic %s from offset %d on"
                .formatted(partition.topic(), consumer.position(partition)),
            null);
      }
    }
  }

  /**
   * The events that have come since, without repeats; waits for the first one at most so long.
   *
   * @throws RetryException if the registry does not answer
   */
  public List<StatusEvent> poll(Duration wait) throws InterruptedException {
    if (fetched.isEmpty()) {
      fetch(wait);
    }
    List<StatusEvent> events = new ArrayList<>();
    while (!fetched.isEmpty()) {
      try {
        StatusEvent event = log.decode(fetched.getFirst());
        if (incidents.take(event)) {
          events.add(event);
        }
      } catch (HaltException | IllegalArgumentException e) {
        skip(fetched.getFirst(), e);
      } catch (RetryException e) {
        if (events.isEmpty()) {
          throw e;
        }
        return events; // the rest is tried again by the next call
      }
      fetched.removeFirst();
    }
    return events;
  }

  private void fetch(Duration wait) throws InterruptedException {
    try {
      consumer.poll(wait).forEach(fetched::add);
    } catch (InterruptException e) {
      throw interrupted(e);
    } catch (InvalidOffsetException e) {
      // Retention has passed us, or the topic was made again: repeats are dropped anyhow.
      LOG.warn("{}: {}; reading from its beginning", partition.topic(), e.getMessage());
      consumer.seekToBeginning(List.of(partition));
    } catch (KafkaException e) {
      throw KafkaFailure.of("read " + partition.topic(), settings, e);
    }
  }

  private void skip(ConsumerRecord<byte[], byte[]> record, RuntimeException why) {
    if (!skipped) {
      LOG.warn(
          "offset {} of {} is skipped ({}), as are others like it",
          record.offset(),
          partition.topic(),
          why.getMessage());
      skipped = true;
    }
  }

  private static InterruptedException interrupted(InterruptException e) {
    Thread.interrupted(); // the client has set it again
    return (InterruptedException) new InterruptedException("stopped").initCause(e);
  }

  /** The last event of its owner for each incident that is open now, oldest incident first. */
  public Collection<StatusEvent> open() {
    return incidents.open();
  }

  @Override
  public void close() {
    clock.close();
    consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
  }
}
