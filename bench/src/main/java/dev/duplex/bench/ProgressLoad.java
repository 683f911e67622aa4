package dev.duplex.bench;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/** Writes progress records of many links at a steady rate, on a thread of its own. */
final class ProgressLoad implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  private static final long JOIN_MILLIS = 5_000;

  private final List<ProgressLog> logs = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final Producer<byte[], byte[]> producer;
  // By position, which is another one in each record.
  private final Map<Long, Long> sentNanos = new ConcurrentHashMap<>();
  private @Nullable Thread thread;
  private volatile boolean stopped;
  private volatile @Nullable Exception failure;

  private ProgressLoad(Servers servers, SchemaRegistry registry, String prefix, int count) {
    Map<String, String> kafka = Map.of("bootstrap.servers", servers.bootstrapServers());
    for (int number = 0; number < count; number++) {
      Link link = new Link(prefix + number);
      links.add(link);
      logs.add(new ProgressLog(new KafkaSettings(link, kafka), registry));
    }
    producer = new KafkaProducer<>(new KafkaSettings(links.get(0), kafka).producer());
  }

  /** Makes the topics, and a first record of each side. */
  static ProgressLoad create(Servers servers, SchemaRegistry registry, String prefix, int count)
      throws InterruptedException {
    ProgressLoad load = new ProgressLoad(servers, registry, prefix, count);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.bootstrapServers()))) {
      List<NewTopic> topics = new ArrayList<>();
      for (Link link : load.links) {
        topics.add(
            new NewTopic(link.progressTopic(), 1, (short) 1)
                .configs(Map.of("cleanup.policy", "compact")));
        topics.add(new NewTopic(link.statusTopic(), 1, (short) 1));
      }
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      load.close();
      throw new BenchException("cannot create topics: " + e.getMessage());
    }
    for (int turn = 0; turn < 2 * count; turn++) {
      load.send(turn + 1);
    }
    load.producer.flush();
    return load;
  }

  void start(int perSecond) {
    Thread writer = new Thread(() -> run(perSecond), "progress-load");
    thread = writer;
    writer.start();
  }

  private void run(int perSecond) {
    long position = 2L * links.size();
    long begin = System.nanoTime();
    try {
      for (long number = 0; !stopped; number++) {
        long due = begin + number * TimeUnit.SECONDS.toNanos(1) / perSecond;
        while (due - System.nanoTime() > 0 && !stopped) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        position++;
        send(position);
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** One link after the other, and of each the producer and the consumer in turn. */
  private void send(long position) {
    int turn = (int) (position % (2L * links.size()));
    int number = turn / 2;
    Role role = turn % 2 == 0 ? Role.PRODUCER : Role.CONSUMER;
    long micros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    Progress progress =
        Progress.newBuilder()
            .setLink(links.get(number).name())
            .setRole(role)
            .setState(ProgressState.LIVE)
            .setEpoch(1)
            .setInstance("1@bench#0000")
            .setHost("bench")
            .setSystemId("7000000000000000000")
            .setTimeline(1)
            .setTopicId("AAAAAAAAAAAAAAAAAAAAAA")
            .setPosition(position)
            .setTransactionId(position)
            .setCommitMicros(micros)
            .setDecoded(position)
            .setDecodedMicros(micros)
            .setTransactions(position)
            .setChanges(position)
            .build();
    sentNanos.put(position, System.nanoTime());
    var unused = producer.send(logs.get(number).record(progress));
  }

  /** When a record was written; null if it was not written here. */
  @Nullable Long sentNanos(long position) {
    return sentNanos.get(position);
  }

  /** Fails if the load has ended by itself. */
  void requireSound() {
    Exception why = failure;
    if (why != null) {
      throw new BenchException("the load has ended: " + why.getMessage());
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    Thread writer = thread;
    if (writer != null) {
      writer.join(JOIN_MILLIS);
    }
    producer.close(CLOSE_LIMIT);
  }
}
