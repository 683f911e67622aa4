package dev.duplex.admin.setup;

import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.LinkStart;
import dev.duplex.schemas.avro.Progress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** The head that a link begins with, on its progress topic. */
public final class FirstHead {
  private static final long SEND_LIMIT_SECONDS = 35;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private FirstHead() {}

  /** Publishes it; only while there is none, and so no relay can be at work. */
  public static void publish(
      KafkaSettings settings, ProgressLog log, LinkStart start, Instance instance)
      throws InterruptedException {
    Progress first = start.progress(settings.link(), instance).build();
    Producer<byte[], byte[]> producer = settings.clients().producer(settings.producer());
    try {
      producer.send(log.record(first)).get(SEND_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw KafkaFailure.of("write the link's first progress", settings, e);
    } finally {
      producer.close(CLOSE_LIMIT);
    }
  }
}
