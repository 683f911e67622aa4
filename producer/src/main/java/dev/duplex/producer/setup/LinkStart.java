package dev.duplex.producer.setup;

import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * Where a link begins: right after the point from which its slot delivers.
 *
 * @param identity of the primary, in which the position has a meaning
 * @param consistentPoint transactions that commit after it are delivered
 * @param topicId Kafka's id of the changes topic
 * @param micros the primary's clock at that point, microseconds since 1970; lag is counted from it
 *     until the first transaction is applied
 */
public record LinkStart(
    PrimaryIdentity identity, long consistentPoint, String topicId, long micros) {
  private static final long SEND_LIMIT_SECONDS = 35;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** A position that no transaction has and that all which follow are greater than. */
  public long position() {
    return consistentPoint - 1;
  }

  /** The primary's clock, microseconds since 1970. */
  public static long clock(Connection primary) throws SQLException {
    try (Statement statement = primary.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The relay's head at the start. */
  public Progress.Builder progress(KafkaSettings settings, String instance, String host) {
    return Progress.newBuilder()
        .setLink(settings.link().name())
        .setRole(Role.PRODUCER)
        .setState(ProgressState.LIVE)
        .setEpoch(0)
        .setInstance(instance)
        .setHost(host)
        .setSystemId(identity.systemId())
        .setTimeline(identity.timeline())
        .setTopicId(topicId)
        .setPosition(position())
        .setTransactionId(0)
        .setCommitMicros(micros)
        .setDecoded(consistentPoint)
        .setDecodedMicros(micros)
        .setTransactions(0)
        .setChanges(0);
  }

  /** Publishes the first head; only while there is none and so no relay can be at work. */
  public static void publish(KafkaSettings settings, ProgressLog log, Progress first)
      throws InterruptedException {
    Producer<byte[], byte[]> producer = new KafkaProducer<>(settings.producer());
    try {
      producer.send(log.record(first)).get(SEND_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw KafkaFailure.of("write the link's first progress", settings, e);
    } finally {
      producer.close(CLOSE_LIMIT);
    }
  }
}
