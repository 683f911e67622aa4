package dev.duplex.kafka.topics;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.LinkTopics;
import dev.duplex.schemas.Link;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How one of a link's topics is created.
 *
 * @param compacted whether only the newest record of each key is kept
 * @param retention how long records are kept that are not compacted
 */
public record TopicShape(String name, boolean compacted, Duration retention) {
  static final int PARTITIONS = LinkTopics.PARTITIONS;
  static final String CLEANUP_POLICY = "cleanup.policy";
  static final String RETENTION = "retention.ms";
  static final String MAX_MESSAGE = "max.message.bytes";
  static final String TIMESTAMP_TYPE = "message.timestamp.type";

  // A batch of one largest record has a header too.
  private static final int BATCH_OVERHEAD_BYTES = 64 << 10;
  // The smallest that brokers allow: a head is found after a few hundred records at most.
  private static final int PROGRESS_SEGMENT_BYTES = 1 << 20;
  private static final long PROGRESS_SEGMENT_MILLIS = Duration.ofMinutes(10).toMillis();

  static List<TopicShape> all(Link link, Duration retention) {
    return List.of(
        new TopicShape(link.changesTopic(), false, retention),
        new TopicShape(link.progressTopic(), true, retention),
        new TopicShape(link.statusTopic(), false, retention));
  }

  Map<String, String> settings(int replicationFactor) {
    Map<String, String> settings = new HashMap<>();
    settings.put("min.insync.replicas", replicationFactor >= 3 ? "2" : "1");
    settings.put("unclean.leader.election.enable", "false");
    // By a writer's clock, which may be wrong, brokers would refuse records or drop them too early.
    settings.put(TIMESTAMP_TYPE, "LogAppendTime");
    if (compacted) {
      settings.put(CLEANUP_POLICY, "compact");
      settings.put("segment.bytes", Integer.toString(PROGRESS_SEGMENT_BYTES));
      settings.put("segment.ms", Long.toString(PROGRESS_SEGMENT_MILLIS));
      settings.put("min.cleanable.dirty.ratio", "0.1");
    } else {
      settings.put(CLEANUP_POLICY, "delete");
      settings.put(RETENTION, Long.toString(retention.toMillis()));
      settings.put("retention.bytes", "-1");
      settings.put(
          MAX_MESSAGE, Integer.toString(KafkaSettings.MAX_RECORD_BYTES + BATCH_OVERHEAD_BYTES));
    }
    return settings;
  }
}
