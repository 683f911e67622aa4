package dev.duplex.consumer.source;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.topics.TopicIds;
import dev.duplex.schemas.failure.RetryException;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks now and then that the changes topic is still the one that the offset belongs to. {@link
 * #look} is called by a background thread, because it can take seconds; the applier asks {@link
 * #confirmed}.
 */
public final class TopicWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private @Nullable Admin admin;
  private @Nullable ClockWatch clock;
  private boolean away;
  private volatile @Nullable String expected;
  private volatile @Nullable String confirmed;
  private volatile @Nullable RuntimeException failure;

  public TopicWatch(KafkaSettings settings) {
    this.settings = settings;
  }

  /** Says which id the topic must have. */
  public void expect(String topicId) {
    expected = topicId;
  }

  /**
   * Whether the topic had the id when it was looked at last; false if that has not happened yet.
   *
   * @throws dev.duplex.schemas.failure.HaltException if it is gone or was made again
   */
  public boolean confirmed(String topicId) {
    RuntimeException found = failure;
    if (found != null) {
      throw found;
    }
    return topicId.equals(confirmed);
  }

  /** Whether it waits for its first look. */
  public boolean isDue() {
    String topicId = expected;
    return topicId != null && !topicId.equals(confirmed) && failure == null;
  }

  /** Whoever looks has died: applying must not go on unwatched. */
  public void fail(Throwable death) {
    failure = new IllegalStateException("the topic is watched no more", death);
  }

  /** Looks; one thread only. A broker that does not answer is no failure. */
  public void look() throws InterruptedException {
    String topicId = expected;
    if (topicId == null) {
      return;
    }
    try {
      if (clock != null && clock.wasSetBack()) {
        close();
      }
      if (admin == null) {
        admin = settings.openAdmin();
        clock = settings.clockWatcher().watch();
      }
      new TopicIds(admin, settings).require(settings.link().changesTopic(), topicId);
      confirmed = topicId;
      failure = null;
      if (away) {
        LOG.info("Kafka at {} answers again", settings.bootstrapServers());
        away = false;
      }
    } catch (RetryException e) {
      noteAway(e);
    } catch (KafkaException e) {
      noteAway(KafkaFailure.of("look up a topic", settings, e));
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void noteAway(RuntimeException e) {
    if (!away) {
      LOG.warn("{}; trying again until it answers", e.getMessage());
      away = true;
    }
  }

  @Override
  public void close() {
    if (clock != null) {
      clock.close();
      clock = null;
    }
    if (admin != null) {
      admin.close(CLOSE_LIMIT);
      admin = null;
    }
  }
}
