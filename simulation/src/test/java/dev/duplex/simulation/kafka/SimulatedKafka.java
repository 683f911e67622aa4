package dev.duplex.simulation.kafka;

import dev.duplex.kafka.KafkaClients;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of brokers in memory: topics of one partition each, and transactions. It does nothing
 * by itself: what has become due (a marker, a late request, the end of a transaction that is open
 * for too long) is done when somebody looks, in the order of time.
 *
 * <p>After <a href="https://kafka.apache.org/documentation/#semantics">Message delivery
 * semantics</a> and KIP-98, KIP-360 and KIP-890.
 */
public final class SimulatedKafka {
  private static final Duration MARKER_RETRY = Duration.ofMillis(100);

  private record Topic(Uuid id, PartitionLog log) {}

  private record Due(long nanos, long order, Runnable action) {}

  private final Time time;
  private final Faults faults;
  private final Map<String, Topic> topics = new LinkedHashMap<>();
  private final Coordinator coordinator = new Coordinator(this::writeMarker);
  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
  private long orders;
  private long topicsMade;
  private boolean away;

  /**
   * A cluster without topics.
   *
   * @param time the brokers'
   * @param faults decide what fails among the brokers
   */
  public SimulatedKafka(Time time, Faults faults) {
    this.time = time;
    this.faults = faults;
  }

  /**
   * What makes the clients of one process.
   *
   * @param processTime which waiting calls take
   * @param loops of the process, for what a client does by itself
   * @param onTheWay decide how the process's calls end
   */
  public KafkaClients clients(Time processTime, Loops loops, Faults onTheWay) {
    return new SimulatedClients(this, processTime, loops, onTheWay);
  }

  /** Makes a topic; if there was one of that name before, it has another id. */
  public void createTopic(String name) {
    topics.put(name, new Topic(new Uuid(0xD0, ++topicsMade), new PartitionLog()));
  }

  /** Deletes a topic with all that it holds. */
  public void deleteTopic(String name) {
    topics.remove(name);
    coordinator.deleted(name);
  }

  /** The topic's records, as of now. */
  public PartitionLog log(String name) {
    settle();
    Topic topic = topics.get(name);
    if (topic == null) {
      throw new UnknownTopicOrPartitionException(name);
    }
    return topic.log;
  }

  /** The topic's id; null if there is no such topic. */
  public @Nullable Uuid topicId(String name) {
    Topic topic = topics.get(name);
    return topic == null ? null : topic.id;
  }

  /** No broker answers, or they do again. */
  public void away(boolean isAway) {
    away = isAway;
  }

  public boolean isAway() {
    return away;
  }

  /** A record by somebody who has nothing to do with Duplex. */
  public void writeAsStranger(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    Coordinator.Identity by = coordinator.idempotent();
    log(topic).append(by.producerId(), by.epoch(), false, key, value, new Header[0], nowMillis());
  }

  /** Forgets a transactional id, as brokers do after a week without it. */
  public void forgetWriter(String transactionalId) {
    coordinator.forget(transactionalId);
  }

  /** Does what is due by now. */
  public void settle() {
    while (true) {
      Due next = due.peek();
      Long expiry = coordinator.nextExpiryMillis();
      if (next != null
          && next.nanos <= time.nanos()
          && (expiry == null || next.nanos / 1_000_000 <= expiry)) {
        due.remove();
        next.action.run();
      } else if (expiry != null && expiry < time.millis()) {
        coordinator.expire(time.millis());
      } else {
        return;
      }
    }
  }

  /** Does something later, if it can be done then; nobody learns whether. */
  void later(Duration delay, Runnable request) {
    due.add(
        new Due(
            time.nanos() + delay.toNanos(),
            orders++,
            () -> {
              try {
                request.run();
              } catch (KafkaException e) {
                // refused, and who has sent it is gone
              }
            }));
  }

  private void writeMarker(
      TopicPartition partition, Coordinator.Identity by, boolean commit, Runnable written) {
    String call = "write marker " + partition.topic();
    Runnable write = () -> tryToMark(partition, by, commit, written);
    switch (faults.at(call)) {
      case NONE -> write.run();
      case REQUEST_LOST -> written.run(); // so thinks the coordinator
      case ANSWER_LOST, REQUEST_LATE -> later(faults.duration(call), write);
    }
  }

  private void tryToMark(
      TopicPartition partition, Coordinator.Identity by, boolean commit, Runnable written) {
    Topic topic = topics.get(partition.topic());
    if (topic != null && !topic.log.hasLeader()) {
      later(MARKER_RETRY, () -> tryToMark(partition, by, commit, written));
      return;
    }
    if (topic != null) {
      topic.log.mark(by.producerId(), by.epoch(), commit, nowMillis());
    }
    written.run();
  }

  Coordinator coordinator() {
    return coordinator;
  }

  /** The log of a partition that somebody leads, or a retriable exception. */
  PartitionLog led(TopicPartition partition) {
    PartitionLog log = log(partition.topic());
    if (partition.partition() != 0) {
      throw new UnknownTopicOrPartitionException(partition.toString());
    }
    if (!log.hasLeader()) {
      throw new NotLeaderOrFollowerException(partition.toString());
    }
    return log;
  }

  /** Takes a record in. */
  SimulatedRecord produce(
      TopicPartition partition,
      @Nullable String transactionalId,
      Coordinator.Identity by,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Header[] headers) {
    PartitionLog log = led(partition);
    if (log.fences(by.producerId(), by.epoch())) {
      throw new InvalidProducerEpochException("a later epoch than " + by + " has written");
    }
    if (transactionalId != null) {
      coordinator.add(transactionalId, by, partition, time.millis());
    }
    return log.append(
        by.producerId(), by.epoch(), transactionalId != null, key, value, headers, nowMillis());
  }

  private long nowMillis() {
    return time.clock().millis();
  }
}
