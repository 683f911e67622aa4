package dev.duplex.status.monitor;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.status.topology.FeedKey;
import dev.duplex.status.topology.MonitorTopology;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads all of the changelogs, whichever monitor writes them, so that each monitor knows all links.
 * Owned by one thread.
 */
final class Feed implements AutoCloseable {
  /** Takes what was read. */
  interface Reader {
    /** Throws RetryException if the registry does not answer; it is then given again. */
    void link(String link, byte @Nullable [] snapshot);

    /** As above. */
    void event(String link, long number, byte @Nullable [] packed);

    /** The task of a partition works. */
    void beat(int partition);
  }

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LOOK_UP = Duration.ofSeconds(2);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final long LAG_KEPT_UP = 500;

  private final MonitorSetup setup;
  private final List<String> topics;
  private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
  private @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable ClockWatch clock;
  private boolean caughtUp;

  Feed(MonitorSetup setup) {
    this.setup = setup;
    this.topics =
        List.of(
            MonitorTopology.eventsTopic(setup.applicationId()),
            MonitorTopology.linksTopic(setup.applicationId()));
  }

  /**
   * Gives what has arrived, waiting a moment for it.
   *
   * @return false if there is nothing to read from yet
   * @throws RetryException if the registry does not answer
   * @throws org.apache.kafka.common.KafkaException if Kafka fails; call {@link #close} then
   */
  boolean poll(Reader reader) {
    Consumer<byte[], byte[]> from = connected();
    if (from == null) {
      return false;
    }
    if (fetched.isEmpty()) {
      from.poll(POLL).forEach(fetched::add);
    }
    while (!fetched.isEmpty()) {
      give(fetched.getFirst(), reader);
      fetched.removeFirst();
    }
    long lag = 0;
    boolean known = true;
    for (TopicPartition partition : from.assignment()) {
      var behind = from.currentLag(partition);
      known &= behind.isPresent();
      lag += behind.orElse(0);
    }
    caughtUp = known && lag < LAG_KEPT_UP;
    return true;
  }

  /** Whether nearly everything that there is was given. */
  boolean isCaughtUp() {
    return caughtUp;
  }

  private void give(ConsumerRecord<byte[], byte[]> record, Reader reader) {
    byte[] key = record.key();
    if (FeedKey.isBeat(key)) {
      reader.beat(record.partition());
    } else if (record.topic().equals(topics.get(1))) {
      reader.link(FeedKey.link(key), record.value());
    } else {
      reader.event(FeedKey.link(key), FeedKey.number(key), record.value());
    }
  }

  private @Nullable Consumer<byte[], byte[]> connected() {
    if (consumer != null) {
      return consumer;
    }
    Map<String, Object> settings = setup.kafka().consumer();
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 << 20);
    Consumer<byte[], byte[]> made = setup.kafka().clients().consumer(settings);
    ClockWatch watch = setup.kafka().clockWatcher().watch(made::wakeup);
    try {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : topics) {
        List<PartitionInfo> found = made.partitionsFor(topic, LOOK_UP);
        for (PartitionInfo partition : found == null ? List.<PartitionInfo>of() : found) {
          partitions.add(new TopicPartition(topic, partition.partition()));
        }
      }
      if (partitions.size() == topics.size() * MonitorTopology.PARTITIONS) {
        made.assign(partitions);
        made.seekToBeginning(partitions);
        consumer = made;
        clock = watch;
      }
    } finally {
      if (consumer == null) {
        watch.close();
        made.close(CloseOptions.timeout(CLOSE_LIMIT));
      }
    }
    return consumer;
  }

  @Override
  public void close() {
    caughtUp = false;
    fetched.clear();
    if (clock != null) {
      clock.close();
      clock = null;
    }
    Consumer<byte[], byte[]> closed = consumer;
    consumer = null;
    if (closed != null) {
      closed.close(CloseOptions.timeout(CLOSE_LIMIT));
    }
  }
}
