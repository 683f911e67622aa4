package dev.duplex.schemas.kafka;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressKey;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.registry.Compatibility;
import dev.duplex.schemas.registry.SchemaRegistry;
import dev.duplex.schemas.registry.SpecificMessages;
import dev.duplex.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
    this.partition = new TopicPartition(settings.link().progressTopic(), 0);
  }

  /** A record to send. Asks the registry the first time only. */
  public ProducerRecord<byte[], byte[]> record(Progress progress) {
    String topic = partition.topic();
    ProgressKey key = new ProgressKey(progress.getRole().name().toLowerCase(Locale.ROOT));
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            0,
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
    try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
      consumer.assign(List.of(partition));
      long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      Map<Role, Progress> heads = new EnumMap<>(Role.class);
      long window = FIRST_WINDOW;
      long start;
      do {
        start = Math.max(begin, end - window);
        heads.clear();
        read(consumer, start, end, heads);
        window *= 20;
      } while (heads.size() < Role.values().length && start > begin);
      return heads;
    } catch (KafkaException e) {
      throw KafkaFailure.of("read " + partition.topic(), settings, e);
    }
  }

  private void read(
      Consumer<byte[], byte[]> consumer, long start, long end, Map<Role, Progress> heads) {
    long deadline = System.nanoTime() + READ_LIMIT.toNanos();
    HaltException undecodable = null;
    consumer.seek(partition, start);
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        Progress progress;
        try {
          progress = decode(record);
        } catch (HaltException e) {
          undecodable = e;
          heads.clear();
          continue;
        }
        Progress known = heads.get(progress.getRole());
        if (supersedes(progress, known)) {
          heads.put(progress.getRole(), progress);
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw KafkaFailure.of(
            "read " + partition.topic(),
            settings,
            new org.apache.kafka.common.errors.TimeoutException(
                "no answer for " + READ_LIMIT.toSeconds() + " s"));
      }
    }
    if (undecodable != null && !heads.containsKey(Role.PRODUCER)) {
      throw undecodable;
    }
  }

  /**
   * Whether a record says more than an earlier one of the same role: not if its instance had been
   * replaced before. Only one producer at a time can write, and with another primary its epochs may
   * begin anew.
   */
  public static boolean supersedes(Progress later, @Nullable Progress known) {
    return known == null
        || later.getEpoch() >= known.getEpoch()
        || (later.getRole() == Role.PRODUCER && !sameStart(later, known));
  }

  /** Whether positions and times of both can be compared. */
  public static boolean sameStart(Progress one, Progress other) {
    return one.getTopicId().equals(other.getTopicId())
        && one.getSystemId().equals(other.getSystemId())
        && one.getTimeline() == other.getTimeline();
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
      throw new HaltException(
          Reason.CHANGE_REJECTED,
          "offset "
              + record.offset()
              + " of "
              + partition.topic()
              + " is no progress record ("
              + e.getMessage()
              + "): find out who else writes to this topic and take away the right",
          e);
    }
  }
}
