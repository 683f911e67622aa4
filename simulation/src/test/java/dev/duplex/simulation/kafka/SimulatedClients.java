package dev.duplex.simulation.kafka;

import dev.duplex.kafka.ClockWatcher;
import dev.duplex.kafka.KafkaClients;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** The clients of one process. They go by the time that passes, not by the time of day. */
final class SimulatedClients implements KafkaClients {
  private final Time time;
  private final Loops loops;
  private final Connection connection;
  private final ClockWatcher clockWatcher;

  SimulatedClients(SimulatedKafka kafka, Time time, Loops loops, Faults faults) {
    this.loops = loops;
    this.time = time;
    this.connection = new Connection(kafka, time, faults);
    this.clockWatcher = new ClockWatcher(time, new NoLoops());
  }

  @Override
  @SuppressWarnings("unchecked") // the class of a generic type
  public Producer<byte[], byte[]> producer(Map<String, Object> properties) {
    return Partial.of(Producer.class, new SimulatedProducer(connection, loops, properties));
  }

  @Override
  @SuppressWarnings("unchecked") // as above
  public Consumer<byte[], byte[]> consumer(Map<String, Object> properties) {
    return Partial.of(Consumer.class, new SimulatedConsumer(connection, properties));
  }

  @Override
  public Admin admin(Map<String, Object> properties) {
    return Partial.of(Admin.class, new SimulatedAdmin(connection, properties));
  }

  @Override
  public Time time() {
    return time;
  }

  @Override
  public ClockWatcher clockWatcher() {
    return clockWatcher;
  }

  /** For a watch that nobody needs. */
  private static final class NoLoops implements Loops, Loops.Running {
    @Override
    public Running start(String name, Loop loop) {
      return this;
    }

    @Override
    public void wake() {}

    @Override
    public void stop() {}

    @Override
    public boolean join(Duration limit) {
      return true;
    }
  }
}
