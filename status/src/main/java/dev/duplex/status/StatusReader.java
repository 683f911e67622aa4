package dev.duplex.status;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusFollower;
import dev.duplex.kafka.topics.TopicIds;
import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.judge.LinkFacts;
import dev.duplex.schemas.judge.SideFacts;
import dev.duplex.schemas.status.AppliedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Follows the progress topic and the status topic. Silence is measured by this process's own
 * elapsed time.
 *
 * <p>Owned by one thread. Reading waits at most for the limits of the Kafka client.
 */
public final class StatusReader implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  // While Kafka is away somebody waits for what is known without it.
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(6);
  private static final long LONGEST_POLL_MILLIS = 200;
  private static final int EVENTS_KEPT = 1_000;

  private final KafkaSettings settings;
  private final ProgressLog log;
  private final Consumer<byte[], byte[]> consumer;
  private final ClockWatch clock;
  private final Map<Role, Progress> heads = new EnumMap<>(Role.class);
  private final AppliedTime applied = new AppliedTime();
  private final List<StatusEvent> events = new ArrayList<>();
  private @Nullable StatusFollower follower;
  private final Map<Role, Long> receivedNanos = new EnumMap<>(Role.class);

  private StatusReader(KafkaSettings settings, ProgressLog log, Consumer<byte[], byte[]> consumer) {
    this.settings = settings;
    this.log = log;
    this.consumer = consumer;
    this.clock = settings.clockWatcher().watch(consumer::wakeup);
  }

  /**
   * Reads the heads as they are now.
   *
   * @throws dev.duplex.schemas.failure.RetryException if Kafka does not answer within 6 s, or fails
   *     later
   * @throws SetupException if the link has no progress topic
   */
  public static StatusReader open(KafkaSettings settings, SchemaRegistry registry)
      throws InterruptedException {
    String topic = settings.link().progressTopic();
    boolean hasEvents = lookUp(settings);
    StatusReader reader =
        new StatusReader(
            settings, ProgressLog.ofObserver(settings, registry), settings.openConsumer());
    try {
      reader.readRecent(settings.topics().progress());
      if (hasEvents) {
        reader.follower = StatusFollower.open(settings, registry);
      }
      return reader;
    } catch (KafkaException e) {
      reader.close();
      throw KafkaFailure.of("read " + topic, settings, e);
    } catch (InterruptedException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** Whether there is a status topic; there must be one with progress. */
  private static boolean lookUp(KafkaSettings settings) throws InterruptedException {
    String topic = settings.link().progressTopic();
    try {
      Admin admin = settings.openAdmin();
      try {
        TopicIds topics = new TopicIds(admin, settings, ANSWER_LIMIT);
        if (topics.find(topic).isEmpty()) {
          throw new SetupException(
              "Kafka at "
                  + settings.bootstrapServers()
                  + " has no topic "
                  + topic
                  + ": run 'duplex init' first");
        }
        return topics.find(settings.link().statusTopic()).isPresent();
      } finally {
        admin.close(CLOSE_LIMIT);
      }
    } catch (KafkaException e) {
      throw KafkaFailure.of("connect", settings, e);
    }
  }

  private void readRecent(TopicPartition partition) throws InterruptedException {
    consumer.assign(List.of(partition));
    // Read from here on; a record that comes between this and the heads is then seen twice.
    consumer.seek(partition, consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L));
    heads.putAll(log.heads());
    // Everything so far is old: only what comes from now on shows that a side lives.
    long now = settings.time().nanos();
    heads.keySet().forEach(role -> receivedNanos.put(role, now));
    heads.values().forEach(head -> applied.add(head, now));
  }

  /** Waits until each side has reported anew, at most so long. */
  public void listen(Duration limit) throws InterruptedException {
    long start = settings.time().nanos();
    Set<Role> missing = EnumSet.copyOf(List.of(Role.values()));
    while (!missing.isEmpty() && settings.time().nanos() - start < limit.toNanos()) {
      missing.removeAll(poll(limit.toMillis()));
    }
  }

  /** Takes in what has arrived, waiting a moment for it. */
  public void poll() throws InterruptedException {
    poll(LONGEST_POLL_MILLIS);
  }

  /**
   * What is known now.
   *
   * @param divergedAfter how far behind the secondary may be; a side that has not reported for so
   *     long counts as silent
   */
  public LinkFacts facts(Duration divergedAfter) {
    return LinkFacts.ofTopics(
        side(Role.PRODUCER, divergedAfter),
        side(Role.CONSUMER, divergedAfter),
        applied.micros(),
        follower == null ? List.of() : List.copyOf(follower.open()),
        divergedAfter);
  }

  private SideFacts side(Role role, Duration silentAfter) {
    return SideFacts.of(Optional.ofNullable(heads.get(role)), isSilent(role, silentAfter));
  }

  /** The status events that have come since the last call. */
  public List<StatusEvent> takeEvents() {
    List<StatusEvent> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  private boolean isSilent(Role role, Duration limit) {
    Long received = receivedNanos.get(role);
    return received == null || settings.time().nanos() - received >= limit.toNanos();
  }

  private Set<Role> poll(long millis) throws InterruptedException {
    Set<Role> reported = EnumSet.noneOf(Role.class);
    try {
      Duration wait = Duration.ofMillis(Math.min(millis, LONGEST_POLL_MILLIS));
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
        Progress progress = log.decode(record);
        Progress known = heads.get(progress.getRole());
        if (ProgressOrder.supersedes(progress, known)) {
          heads.put(progress.getRole(), progress);
          receivedNanos.put(progress.getRole(), settings.time().nanos());
          reported.add(progress.getRole());
          applied.add(progress, settings.time().nanos());
        }
      }
    } catch (InterruptException e) {
      Thread.interrupted(); // the client has set it again
      throw (InterruptedException) new InterruptedException("stopped").initCause(e);
    } catch (KafkaException e) {
      throw KafkaFailure.of("read " + settings.link().progressTopic(), settings, e);
    }
    if (follower != null) {
      events.addAll(follower.poll(Duration.ZERO));
      if (events.size() > EVENTS_KEPT) {
        events.subList(0, events.size() - EVENTS_KEPT).clear(); // nobody takes them
      }
    }
    return reported;
  }

  @Override
  public void close() {
    clock.close();
    if (follower != null) {
      follower.close();
    }
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE_LIMIT));
  }
}
