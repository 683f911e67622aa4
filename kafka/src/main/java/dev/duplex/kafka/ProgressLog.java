package dev.duplex.kafka;

import dev.duplex.kafka.registry.Compatibility;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.registry.SpecificMessages;
import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressKey;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code <link>.progress}: how far each side is.
 *
 * <p>Not thread-safe.
 */
public final class ProgressLog {
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);
  // Both sides write at least every heartbeat, so the heads are nearly always among the last few.
  private static final long FIRST_WINDOW = 500;

  private final KafkaSettings settings;
  private final SpecificMessages messages;
  private final TopicPartition partition;
  private final boolean observes;

  /** For those who take part: they notice a registry that was reset. */
  public ProgressLog(KafkaSettings settings, SchemaRegistry registry) {
    this(settings, registry, false);
  }

  /** For those who only look on: they see also while the registry is away, or after a reset. */
  public static ProgressLog ofObserver(KafkaSettings settings, SchemaRegistry registry) {
    return new ProgressLog(settings, registry, true);
  }

  private ProgressLog(KafkaSettings settings, SchemaRegistry registry, boolean observes) {
    this.settings = settings;
    this.observes = observes;
    this.messages = new SpecificMessages(registry);
    this.partition = settings.topics().progress();
  }

  /** A record to send. Asks the registry the first time only. */
  public ProducerRecord<byte[], byte[]> record(Progress progress) {
    String topic = partition.topic();
    ProgressKey key = new ProgressKey(progress.getRole().name().toLowerCase(Locale.ROOT));
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            partition.partition(),
            messages.encode(topic, key, Compatibility.BACKWARD),
            messages.encode(topic, progress, Compatibility.BACKWARD));
    record
        .headers()
        .add(WireFormat.FINGERPRINT_HEADER, WireFormat.fingerprint(progress.getSchema()));
    return record;
  }

  /**
   * The newest committed record of each role, read to the end of the topic as it is now. What lies
   * before a record that cannot be decoded is not looked at: after a registry was reset and the
   * link copied anew, only what came later counts.
   *
   * @throws HaltException if a record cannot be decoded and none of the producer's follows it
   */
  public Map<Role, Progress> heads() {
    Map<Role, Progress> heads = new EnumMap<>(Role.class);
    readBack(
        heads::clear,
        progress -> {
          if (ProgressOrder.supersedes(progress, heads.get(progress.getRole()))) {
            heads.put(progress.getRole(), progress);
          }
        },
        () -> heads.containsKey(Role.PRODUCER),
        () -> heads.size() == Role.values().length);
    return heads;
  }

  /** The newest committed record that is as asked; null if the topic has none any more. */
  public @Nullable Progress newest(Predicate<Progress> asked) {
    AtomicReference<@Nullable Progress> newest = new AtomicReference<>();
    readBack(
        () -> newest.set(null),
        progress -> {
          if (asked.test(progress)) {
            newest.set(progress);
          }
        },
        () -> true,
        () -> newest.get() != null);
    return newest.get();
  }

  /**
   * Reads the end of the topic, and more and more of it until that is enough.
   *
   * @param anew is called before each try, and behind each record that cannot be decoded
   */
  private void readBack(
      Runnable anew,
      java.util.function.Consumer<Progress> taker,
      BooleanSupplier decoded,
      BooleanSupplier enough) {
    try (Consumer<byte[], byte[]> consumer = settings.openConsumer()) {
      consumer.assign(List.of(partition));
      long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long window = FIRST_WINDOW;
      long start;
      do {
        start = Math.max(begin, end - window);
        anew.run();
        HaltException undecodable = read(consumer, start, end, anew, taker);
        if (undecodable != null && !decoded.getAsBoolean()) {
          throw undecodable;
        }
        window *= 20;
      } while (!enough.getAsBoolean() && start > begin);
    } catch (KafkaException e) {
      throw KafkaFailure.of("read " + partition.topic(), settings, e);
    }
  }

  /** Returns why a record cannot be decoded, if there is one. */
  private @Nullable HaltException read(
      Consumer<byte[], byte[]> consumer,
      long start,
      long end,
      Runnable anew,
      java.util.function.Consumer<Progress> taker) {
    long begun = settings.time().nanos();
    HaltException undecodable = null;
    consumer.seek(partition, start);
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        try {
          taker.accept(decode(record));
        } catch (HaltException e) {
          undecodable = e;
          anew.run();
        }
      }
      if (settings.time().nanos() - begun > READ_LIMIT.toNanos()) {
        throw KafkaFailure.of(
            "read " + partition.topic(),
            settings,
            new org.apache.kafka.common.errors.TimeoutException(
                "no answer for " + READ_LIMIT.toSeconds() + " s"));
      }
    }
    return undecodable;
  }

  /** Decodes a record of the progress topic. */
  public Progress decode(ConsumerRecord<byte[], byte[]> record) {
    Header fingerprint = record.headers().lastHeader(WireFormat.FINGERPRINT_HEADER);
    try {
      if (record.value() == null) {
        throw new IllegalArgumentException("no value");
      }
      if (fingerprint == null) {
        throw new IllegalArgumentException("no header " + WireFormat.FINGERPRINT_HEADER);
      }
      Schema reader = Progress.getClassSchema();
      return observes
          ? messages.observe(record.value(), fingerprint.value(), reader)
          : messages.decode(record.value(), fingerprint.value(), reader);
    } catch (IllegalArgumentException e) {
      throw KafkaFailure.foreign(record, "progress record", e);
    }
  }
}
