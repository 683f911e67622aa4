package dev.duplex.kafka.topics;

import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Kafka's ids of topics: a topic that was deleted and made again has the old name and another id.
 */
public final class TopicIds {
  private static final Duration USUAL_LIMIT = Duration.ofSeconds(15);

  private final Admin admin;
  private final KafkaSettings settings;
  private final Duration limit;

  /** Waits at most 15 s for each answer. */
  public TopicIds(Admin admin, KafkaSettings settings) {
    this(admin, settings, USUAL_LIMIT);
  }

  /** Waits for each answer at most so long. */
  public TopicIds(Admin admin, KafkaSettings settings, Duration limit) {
    this.admin = admin;
    this.settings = settings;
    this.limit = limit;
  }

  /**
   * The id, or nothing if there is no such topic.
   *
   * @throws dev.duplex.schemas.failure.RetryException if Kafka does not answer in time
   */
  public Optional<String> find(String topic) throws InterruptedException {
    try {
      var description =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.ofNullable(description.get(topic)).map(t -> t.topicId().toString());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw KafkaFailure.of("look up topic " + topic, settings, e);
    } catch (TimeoutException e) {
      throw KafkaFailure.of(
          "look up topic " + topic,
          settings,
          new org.apache.kafka.common.errors.TimeoutException(
              "no answer for " + limit.toSeconds() + " s", e));
    }
  }

  /**
   * Checks that the changes topic is still the one that positions refer to.
   *
   * @throws HaltException if it is gone or was made again
   */
  public void require(String topic, String expectedId) throws InterruptedException {
    String id = find(topic).orElse(null);
    if (id == null || !id.equals(expectedId)) {
      throw new HaltException(
          Reason.GAP,
          "topic "
              + topic
              + (id == null ? " is gone" : " was deleted and made again")
              + ": what it held is lost; run 'duplex init --recopy'");
    }
  }
}
