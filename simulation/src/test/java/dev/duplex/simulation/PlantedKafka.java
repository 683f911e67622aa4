package dev.duplex.simulation;

import dev.duplex.kafka.ClockWatcher;
import dev.duplex.kafka.KafkaClients;
import dev.duplex.schemas.time.Time;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Kafka's clients with one decision taken wrongly: see {@link Plant}. */
final class PlantedKafka implements KafkaClients {
  private static final int SELDOM = 40;
  private static final Object[] NO_ARGUMENTS = {};

  private final KafkaClients clients;
  private final Simulator simulator;
  private int producers;

  PlantedKafka(KafkaClients clients, Simulator simulator) {
    this.clients = clients;
    this.simulator = simulator;
  }

  @Override
  public Producer<byte[], byte[]> producer(Map<String, Object> properties) {
    Object id = properties.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    if (id == null || String.valueOf(id).contains("status")) {
      return clients.producer(properties);
    }
    Map<String, Object> changed = new HashMap<>(properties);
    boolean apart = simulator.plant == Plant.INIT_TRANSACTIONS_LEFT_OUT;
    if (apart || simulator.plant == Plant.TWO_WRITERS) {
      changed.put(
          ProducerConfig.TRANSACTIONAL_ID_CONFIG, id + "-" + simulator.turns() + "-" + ++producers);
    }
    @SuppressWarnings("unchecked") // the class of a generic type
    Producer<byte[], byte[]> planted = proxy(Producer.class, new Sender(changed));
    return planted;
  }

  @Override
  public Consumer<byte[], byte[]> consumer(Map<String, Object> properties) {
    Map<String, Object> changed = new HashMap<>(properties);
    if (simulator.plant == Plant.UNCOMMITTED_READ) {
      changed.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    }
    return clients.consumer(changed);
  }

  @Override
  public Admin admin(Map<String, Object> properties) {
    Admin real = clients.admin(properties);
    return simulator.plant == Plant.HANGING_TRANSACTION_LEFT
        ? proxy(Admin.class, undecidedTakenForDecided(real))
        : real;
  }

  @Override
  public Time time() {
    return clients.time();
  }

  @Override
  public ClockWatcher clockWatcher() {
    return clients.clockWatcher();
  }

  private static InvocationHandler undecidedTakenForDecided(Admin real) {
    return (proxy, method, arguments) -> {
      if (method.getName().equals("listOffsets") && arguments.length == 2) {
        arguments[1] = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
      }
      return call(real, method, arguments);
    };
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            PlantedKafka.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /** The relay's producer. */
  private final class Sender implements InvocationHandler {
    private record Sent(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {}

    private final Map<String, Object> properties;
    private final List<Sent> open = new ArrayList<>();
    private Producer<byte[], byte[]> real;
    private @Nullable Sent held;

    Sender(Map<String, Object> properties) {
      this.properties = properties;
      this.real = clients.producer(properties);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
        throws Throwable {
      Object[] arguments = given == null ? NO_ARGUMENTS : given;
      switch (method.getName()) {
        case "send" -> {
          @SuppressWarnings("unchecked") // the clients are made for byte arrays
          Sent sent =
              new Sent(
                  (ProducerRecord<byte[], byte[]>) arguments[0],
                  arguments.length > 1 ? (Callback) arguments[1] : null);
          return send(sent, method, arguments);
        }
        case "commitTransaction" -> {
          release();
          return commit(method, given);
        }
        case "beginTransaction" -> open.clear();
        default -> {}
      }
      return call(real, method, given);
    }

    private @Nullable Object commit(Method method, Object @Nullable [] arguments) throws Throwable {
      try {
        return call(real, method, arguments);
      } catch (TimeoutException e) {
        if (simulator.plant == Plant.UNKNOWN_COMMIT_TAKEN_FOR_DONE) {
          return null;
        }
        if (simulator.plant == Plant.UNKNOWN_COMMIT_SENT_AGAIN) {
          real = clients.producer(properties);
          real.initTransactions();
          real.beginTransaction();
          for (Sent sent : open) {
            var unused = real.send(sent.record, sent.callback);
          }
          real.commitTransaction();
          return null;
        }
        throw e;
      }
    }

    private @Nullable Object send(Sent sent, Method method, Object[] arguments) throws Throwable {
      open.add(sent);
      boolean change = sent.record.topic().endsWith(".changes");
      boolean now = change && simulator.oneIn(SELDOM);
      switch (simulator.plant) {
        case PROGRESS_OUTSIDE_OF_TRANSACTION -> {
          if (!change) {
            Map<String, Object> plain = new HashMap<>(properties);
            plain.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
            plain.remove(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
            return clients.producer(plain).send(sent.record, sent.callback);
          }
        }
        case RECORD_DROPPED -> {
          if (now) {
            return done(sent);
          }
        }
        case RECORD_DOUBLED -> {
          if (now) {
            var unused = real.send(sent.record);
          }
        }
        case RECORDS_SWAPPED -> {
          if (now && held == null) {
            held = sent;
            return done(sent);
          }
        }
        default -> {}
      }
      Object result = call(real, method, arguments);
      if (change) {
        release();
      }
      return result;
    }

    private void release() {
      Sent late = held;
      held = null;
      if (late != null) {
        var unused = real.send(late.record);
      }
    }

    private static CompletableFuture<RecordMetadata> done(Sent sent) {
      RecordMetadata metadata =
          new RecordMetadata(new TopicPartition(sent.record.topic(), 0), 0, 0, 0, 0, 0);
      return CompletableFuture.completedFuture(metadata);
    }
  }
}
