package dev.duplex.kafka;

import dev.duplex.schemas.time.Time;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Makes Kafka's clients; the one place where Duplex touches a broker. A simulation stands in here,
 * so that all that decides (fencing, hanging transactions, last stable offsets, the sorting of
 * failures) runs on it unchanged.
 *
 * <p>Thread-safe. What the calls throw is a {@link org.apache.kafka.common.KafkaException}.
 */
public interface KafkaClients {
  /** Clients of real brokers, which go by the machine's time. */
  static KafkaClients real() {
    return RealClients.INSTANCE;
  }

  /** A producer, closed by whoever asks for it. */
  Producer<byte[], byte[]> producer(Map<String, Object> properties);

  /** A consumer, closed by whoever asks for it. */
  Consumer<byte[], byte[]> consumer(Map<String, Object> properties);

  /** A client for administration, closed by whoever asks for it. */
  Admin admin(Map<String, Object> properties);

  /** The time that these clients go by. */
  Time time();

  /** Looks whether that is set back. */
  ClockWatcher clockWatcher();
}
