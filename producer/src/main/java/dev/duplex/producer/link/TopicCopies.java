package dev.duplex.producer.link;

import dev.duplex.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** How many brokers have what counts as published. */
final class TopicCopies {
  private static final long TIMEOUT_SECONDS = 3;

  private TopicCopies() {}

  /** Whether it may be one alone; true also if that cannot be found out. */
  static boolean isSingle(KafkaSettings settings) throws InterruptedException {
    String topic = settings.link().changesTopic();
    try (Admin admin = settings.openAdmin()) {
      try {
        return replicas(admin, topic) < 2 || minInSync(admin, topic) < 2;
      } catch (ExecutionException | TimeoutException e) {
        return true;
      } finally {
        admin.close(Duration.ofSeconds(1));
      }
    }
  }

  private static int replicas(Admin admin, String topic)
      throws InterruptedException, ExecutionException, TimeoutException {
    TopicDescription description =
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .values()
            .iterator()
            .next();
    return description.partitions().stream()
        .map(TopicPartitionInfo::replicas)
        .mapToInt(List::size)
        .min()
        .orElse(0);
  }

  private static int minInSync(Admin admin, String topic)
      throws InterruptedException, ExecutionException, TimeoutException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config =
        admin
            .describeConfigs(List.of(resource))
            .all()
            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .values()
            .iterator()
            .next();
    ConfigEntry entry = config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
    return entry == null || entry.value() == null ? 1 : Integer.parseInt(entry.value());
  }
}
