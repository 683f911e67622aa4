package dev.duplex.simulation.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * As {@code KafkaConsumer} without a group and with {@code auto.offset.reset=none}: readers of
 * committed records get up to the last stable offset, without what was aborted; their position
 * passes that, and markers.
 */
final class SimulatedConsumer {
  private final Connection connection;
  private final Duration limit;
  private final boolean committed;
  private final int mostRecords;
  private final Map<TopicPartition, @Nullable Long> positions = new LinkedHashMap<>();
  private final Map<TopicPartition, ToLongFunction<PartitionLog>> resets = new HashMap<>();
  private final Map<TopicPartition, Long> lags = new HashMap<>();
  private boolean woken;
  private boolean closed;

  SimulatedConsumer(Connection connection, Map<String, Object> properties) {
    this.connection = connection;
    this.limit = Timeouts.of(properties, CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 60_000);
    this.committed = "read_committed".equals(properties.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG));
    Object most = properties.get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG);
    this.mostRecords = most == null ? 500 : Integer.parseInt(most.toString());
  }

  public Set<TopicPartition> assignment() {
    return positions.keySet();
  }

  public void assign(Collection<TopicPartition> partitions) {
    requireOpen();
    positions.keySet().retainAll(partitions);
    partitions.forEach(partition -> positions.putIfAbsent(partition, null));
  }

  public void seek(TopicPartition partition, long offset) {
    requireOpen();
    resets.remove(partition);
    lags.remove(partition);
    positions.put(partition, offset);
  }

  public void seekToEnd(Collection<TopicPartition> partitions) {
    requireOpen();
    partitions.forEach(partition -> resets.put(partition, this::end));
  }

  public void seekToBeginning(Collection<TopicPartition> partitions) {
    requireOpen();
    partitions.forEach(partition -> resets.put(partition, PartitionLog::start));
  }

  private long end(PartitionLog log) {
    return committed ? log.lastStable() : log.end();
  }

  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    return offsets(partitions, this::end);
  }

  public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
    return offsets(partitions, PartitionLog::start);
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, ToLongFunction<PartitionLog> which) {
    requireOpen();
    return connection.call(
        "list offsets",
        limit,
        () -> {
          Map<TopicPartition, Long> offsets = new HashMap<>();
          for (TopicPartition each : partitions) {
            offsets.put(each, which.applyAsLong(connection.kafka().led(each)));
          }
          return offsets;
        });
  }

  public long position(TopicPartition partition) {
    return position(partition, limit);
  }

  public long position(TopicPartition partition, Duration wait) {
    requireOpen();
    ToLongFunction<PartitionLog> reset = resets.get(partition);
    if (reset != null) {
      seek(
          partition,
          connection.call(
              "list offsets", wait, () -> reset.applyAsLong(connection.kafka().led(partition))));
    }
    Long position = positions.get(partition);
    if (position == null) {
      throw new NoOffsetForPartitionException(partition);
    }
    return position;
  }

  public OptionalLong currentLag(TopicPartition partition) {
    Long lag = lags.get(partition);
    return lag == null ? OptionalLong.empty() : OptionalLong.of(lag);
  }

  /** Returns nothing, without an exception, while the brokers do not answer. */
  public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
    requireOpen();
    if (woken) {
      woken = false;
      throw new WakeupException();
    }
    if (connection.faults().at("fetch") != Fault.NONE) {
      connection.pass(wait);
      return ConsumerRecords.empty();
    }
    ConsumerRecords<byte[], byte[]> found = fetch();
    if (found.isEmpty() && !wait.isZero()) {
      connection.pass(wait);
      found = fetch();
    }
    return found;
  }

  private ConsumerRecords<byte[], byte[]> fetch() {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new LinkedHashMap<>();
    int room = mostRecords;
    for (TopicPartition partition : new HashSet<>(positions.keySet())) {
      try {
        connection.requireReachable();
        List<ConsumerRecord<byte[], byte[]>> records = fetch(partition, room);
        room -= records.size();
        if (!records.isEmpty()) {
          found.put(partition, records);
        }
      } catch (RetriableException e) {
        lags.remove(partition); // the next poll may get it
      }
    }
    return new ConsumerRecords<>(found, Map.of());
  }

  private List<ConsumerRecord<byte[], byte[]>> fetch(TopicPartition partition, int room) {
    PartitionLog log = connection.kafka().led(partition);
    ToLongFunction<PartitionLog> reset = resets.remove(partition);
    Long from = reset == null ? positions.get(partition) : Long.valueOf(reset.applyAsLong(log));
    if (from == null) {
      throw new NoOffsetForPartitionException(partition);
    }
    if (from < log.start() || from > log.end()) {
      throw new OffsetOutOfRangeException(Map.of(partition, from));
    }
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long end = end(log);
    long position = Math.max(from, Math.min(end, log.end()));
    for (SimulatedRecord record : log.from(from)) {
      if (record.offset >= end) {
        break;
      }
      if (records.size() == room) {
        position = record.offset;
        break;
      }
      if (committed ? record.isCommitted() : !record.marker) {
        records.add(consumed(partition, record));
      }
    }
    positions.put(partition, position);
    lags.put(partition, Math.max(0, end - position));
    return records;
  }

  private static ConsumerRecord<byte[], byte[]> consumed(
      TopicPartition partition, SimulatedRecord record) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        record.offset,
        record.timestampMillis,
        TimestampType.LOG_APPEND_TIME,
        record.key == null ? -1 : record.key.length,
        record.value == null ? -1 : record.value.length,
        copy(record.key),
        copy(record.value),
        new RecordHeaders(record.headers),
        Optional.empty());
  }

  private static byte @Nullable [] copy(byte @Nullable [] bytes) {
    return bytes == null ? null : bytes.clone();
  }

  public void wakeup() {
    woken = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("This consumer has already been closed.");
    }
  }

  public void close() {
    closed = true;
  }

  public void close(CloseOptions options) {
    closed = true;
  }
}
