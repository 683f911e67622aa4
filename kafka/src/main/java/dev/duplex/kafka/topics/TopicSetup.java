package dev.duplex.kafka.topics;

import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.SetupException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The link's three topics: what is missing, what is wrong, creation and deletion.
 *
 * <p>Owned by one thread. Each call takes at most 15 s.
 */
public final class TopicSetup implements AutoCloseable {
  private static final int CALL_LIMIT_MILLIS = 12_000;
  private static final long WAIT_LIMIT_SECONDS = 15;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final KafkaSettings settings;
  private final int replicationFactor;
  private final Duration retention;
  private final Admin admin;

  /**
   * Connects at the first call.
   *
   * @param replicationFactor wanted; a smaller cluster gives less
   * @param retention of changes and status events
   * @throws SetupException if a property is of no use to Kafka's client
   */
  public TopicSetup(KafkaSettings settings, int replicationFactor, Duration retention) {
    this.settings = settings;
    this.replicationFactor = replicationFactor;
    this.retention = retention;
    Map<String, Object> properties = settings.admin();
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_LIMIT_MILLIS);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_LIMIT_MILLIS / 2);
    try {
      this.admin = settings.clients().admin(properties);
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new SetupException("kafka: " + cause.getMessage() + "; correct the properties", e);
    }
  }

  /**
   * What was found.
   *
   * @param missing topics that are to be created
   * @param replicationFactor of those, after clamping
   * @param problems each one line that says what to set
   * @param warnings each one line
   */
  public record Findings(
      List<TopicShape> missing,
      int replicationFactor,
      List<String> problems,
      List<String> warnings) {
    public Findings {
      missing = List.copyOf(missing);
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Looks at the cluster and the topics that exist.
   *
   * @throws DuplexException if Kafka does not answer
   */
  public Findings examine() throws InterruptedException {
    DescribeClusterResult cluster = admin.describeCluster();
    int brokers = await("reach a broker", cluster.nodes()).size();
    int factor = Math.min(replicationFactor, brokers);
    List<TopicShape> missing = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (TopicShape shape : TopicShape.all(settings.link(), retention)) {
      Optional<TopicDescription> existing = describe(shape.name());
      if (existing.isEmpty()) {
        missing.add(shape);
        continue;
      }
      verify(shape, existing.get(), problems, warnings);
    }
    if (!missing.isEmpty() && factor < replicationFactor) {
      warnings.add(
          "topics.replication-factor is "
              + replicationFactor
              + " but there "
              + (brokers == 1 ? "is 1 broker" : "are " + brokers + " brokers")
              + ": topics get "
              + factor
              + (factor < 2 ? "; a change that is published is lost with its broker's disk" : ""));
    } else if (!missing.isEmpty() && factor < 2) {
      warnings.add(
          "topics.replication-factor is 1: a change that is published is lost with its broker's"
              + " disk");
    }
    return new Findings(missing, factor, problems, warnings);
  }

  /** Creates a topic, unless it is there by now. */
  public void create(TopicShape shape, int replicas) throws InterruptedException {
    NewTopic topic =
        new NewTopic(shape.name(), TopicShape.PARTITIONS, (short) replicas)
            .configs(shape.settings(replicas));
    try {
      await("create topic " + shape.name(), admin.createTopics(List.of(topic)).all());
    } catch (DuplexException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  /** Kafka's id of the changes topic; nothing if there is no such topic. */
  public Optional<String> changesTopicId() throws InterruptedException {
    return new TopicIds(admin, settings).find(settings.link().changesTopic());
  }

  /** Whether the progress topic is there. */
  public boolean hasProgressTopic() throws InterruptedException {
    return describe(settings.link().progressTopic()).isPresent();
  }

  /** The link's topics that exist. */
  public List<String> existing() throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (TopicShape shape : TopicShape.all(settings.link(), retention)) {
      if (describe(shape.name()).isPresent()) {
        names.add(shape.name());
      }
    }
    return names;
  }

  /** Deletes a topic, if it is there. */
  public void delete(String topic) throws InterruptedException {
    try {
      await("delete topic " + topic, admin.deleteTopics(List.of(topic)).all());
    } catch (DuplexException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
    }
  }

  private void verify(
      TopicShape shape, TopicDescription found, List<String> problems, List<String> warnings)
      throws InterruptedException {
    if (found.partitions().size() != TopicShape.PARTITIONS) {
      problems.add(
          "topic "
              + shape.name()
              + " has "
              + found.partitions().size()
              + " partitions and must have "
              + TopicShape.PARTITIONS
              + ": delete it, or choose another link name");
    }
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, shape.name());
    var configs =
        await(
            "read the settings of topic " + shape.name(),
            admin.describeConfigs(List.of(resource)).all());
    Map<String, String> wanted = shape.settings(found.partitions().get(0).replicas().size());
    Map<String, String> actual = new HashMap<>();
    for (Config each : configs.values()) {
      each.entries().forEach(entry -> actual.put(entry.name(), entry.value()));
    }
    String policy = wanted.getOrDefault(TopicShape.CLEANUP_POLICY, "");
    if (!policy.equals(actual.get(TopicShape.CLEANUP_POLICY))) {
      problems.add(
          "topic "
              + shape.name()
              + " has cleanup.policy "
              + actual.get(TopicShape.CLEANUP_POLICY)
              + "; set it to "
              + policy);
    }
    for (String key :
        List.of(TopicShape.RETENTION, TopicShape.MAX_MESSAGE, TopicShape.TIMESTAMP_TYPE)) {
      String value = wanted.get(key);
      if (value != null && !value.equals(actual.get(key))) {
        warnings.add(
            "topic "
                + shape.name()
                + " has "
                + key
                + " "
                + actual.get(key)
                + " where Duplex would set "
                + value
                + "; change it with kafka-configs if that is not wanted");
      }
    }
  }

  private Optional<TopicDescription> describe(String topic) throws InterruptedException {
    try {
      return Optional.ofNullable(
          await("look up topic " + topic, admin.describeTopics(List.of(topic)).allTopicNames())
              .get(topic));
    } catch (DuplexException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private <T> T await(String call, KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get(WAIT_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw KafkaFailure.of(call, settings, e);
    }
  }

  @Override
  public void close() {
    admin.close(CLOSE_LIMIT);
  }
}
