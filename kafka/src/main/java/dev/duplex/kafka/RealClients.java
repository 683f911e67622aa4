package dev.duplex.kafka;

import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;

/** Kafka's own clients. */
final class RealClients implements KafkaClients {
  static final RealClients INSTANCE = new RealClients();

  // One for all clients of a JVM: its loop goes on only as long as somebody watches.
  private final ClockWatcher clockWatcher = new ClockWatcher(Time.system(), Loops.THREADS);

  private RealClients() {}

  @Override
  public Producer<byte[], byte[]> producer(Map<String, Object> properties) {
    return new KafkaProducer<>(properties);
  }

  @Override
  public Consumer<byte[], byte[]> consumer(Map<String, Object> properties) {
    return new KafkaConsumer<>(properties);
  }

  @Override
  public Admin admin(Map<String, Object> properties) {
    return Admin.create(properties);
  }

  @Override
  public Time time() {
    return Time.system();
  }

  @Override
  public ClockWatcher clockWatcher() {
    return clockWatcher;
  }
}
