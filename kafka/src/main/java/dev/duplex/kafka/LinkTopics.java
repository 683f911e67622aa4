package dev.duplex.kafka;

import dev.duplex.schemas.Link;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a link's records lie: the one place that knows that each of its topics has one partition.
 * What is written there is fenced by {@link Link#transactionalId} and {@link
 * Link#statusTransactionalId}.
 */
public record LinkTopics(Link link) {
  /** How many partitions each topic has. */
  public static final int PARTITIONS = 1;

  private static final int PARTITION = 0;

  /** What was changed on the primary, in commit order. */
  public TopicPartition changes() {
    return new TopicPartition(link.changesTopic(), PARTITION);
  }

  /** How far relay and applier are. */
  public TopicPartition progress() {
    return new TopicPartition(link.progressTopic(), PARTITION);
  }

  /** Divergence and recovery. */
  public TopicPartition status() {
    return new TopicPartition(link.statusTopic(), PARTITION);
  }
}
