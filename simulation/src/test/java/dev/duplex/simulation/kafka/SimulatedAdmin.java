package dev.duplex.simulation.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** As {@code KafkaAdminClient}: answers come when somebody waits for them. */
final class SimulatedAdmin {
  private static final Node BROKER = new Node(1, "simulated", 9092);

  private final Connection connection;
  private final Duration limit;
  private boolean closed;

  SimulatedAdmin(Connection connection, Map<String, Object> properties) {
    this.connection = connection;
    this.limit = Timeouts.of(properties, CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 60_000);
  }

  public DescribeTopicsResult describeTopics(
      TopicCollection topics, DescribeTopicsOptions options) {
    requireOpen();
    List<String> names = List.copyOf(((TopicCollection.TopicNameCollection) topics).topicNames());
    var all =
        new SimulatedFuture<Map<String, TopicDescription>>(
            connection, "describe topics", limit, () -> describe(names)) {
          @Override
          Map<String, TopicDescription> check(Map<String, TopicDescription> answer) {
            for (String name : names) {
              if (!answer.containsKey(name)) {
                throw new UnknownTopicOrPartitionException(name); // at once, without a retry
              }
            }
            return answer;
          }
        };
    return new DescribeTopicsResult(null, Map.of()) {
      @Override
      public KafkaFuture<Map<String, TopicDescription>> allTopicNames() {
        return all;
      }
    };
  }

  private Map<String, TopicDescription> describe(List<String> names) {
    Map<String, TopicDescription> found = new HashMap<>();
    for (String name : names) {
      Uuid id = connection.kafka().topicId(name);
      if (id != null) {
        List<Node> brokers = List.of(BROKER);
        var partition = new TopicPartitionInfo(0, BROKER, brokers, brokers);
        found.put(name, new TopicDescription(name, false, List.of(partition), Set.of(), id));
      }
    }
    return found;
  }

  public ListOffsetsResult listOffsets(
      Map<TopicPartition, OffsetSpec> asked, ListOffsetsOptions options) {
    requireOpen();
    boolean committed = options.isolationLevel() == IsolationLevel.READ_COMMITTED;
    var all =
        new SimulatedFuture<Map<TopicPartition, ListOffsetsResultInfo>>(
            connection, "list offsets", limit, () -> offsets(asked, committed));
    return new ListOffsetsResult(Map.of()) {
      @Override
      public KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> all() {
        return all;
      }
    };
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(
      Map<TopicPartition, OffsetSpec> asked, boolean committed) {
    Map<TopicPartition, ListOffsetsResultInfo> offsets = new HashMap<>();
    asked.forEach(
        (partition, spec) -> {
          if (!(spec instanceof OffsetSpec.LatestSpec)) {
            throw new UnsupportedOperationException(spec + " is not simulated");
          }
          PartitionLog log = connection.kafka().led(partition);
          long offset = committed ? log.lastStable() : log.end();
          offsets.put(partition, new ListOffsetsResultInfo(offset, -1, Optional.empty()));
        });
    return offsets;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot accept new calls when AdminClient is closed.");
    }
  }

  public void close(Duration wait) {
    closed = true;
  }
}
