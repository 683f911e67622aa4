package dev.duplex.producer.link;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the progress topic for one instance, on a thread of its own, for as long as it is open.
 * Kafka may be away when it starts and at any time later.
 */
public final class LinkFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinkFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PROBE = Duration.ofMillis(1_500);
  private static final Duration QUIET = Duration.ofMillis(1_500); // both sides speak every second
  private static final Duration CLIENT_CLOSE = Duration.ofSeconds(1);
  private static final long RETRY_MILLIS = 300;
  private static final long CLOSE_LIMIT_MILLIS = 5_000;
  private static final long WINDOW = 500; // the newest of each side is nearly always within

  private final LinkTracker view;
  private final KafkaSettings settings;
  private final DuplexConfig config;
  private final TopicPartition partition;
  private final ProgressWatch watch;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private long lastAnswerNanos;
  private boolean away;

  public LinkFollower(DuplexConfig config, LinkTracker view) {
    this.view = view;
    this.config = config;
    this.settings = new KafkaSettings(new Link(config.link()), config.kafka().properties().asMap());
    this.partition = new TopicPartition(settings.link().progressTopic(), 0);
    this.watch = new ProgressWatch(view, config.status().divergedAfter());
    this.thread = new Thread(this::run, "duplex-follower-" + config.link());
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    lastAnswerNanos = System.nanoTime();
    try (SchemaRegistry registry =
        SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap())) {
      ProgressLog log = ProgressLog.ofObserver(settings, registry);
      do {
        try {
          follow(log);
        } catch (WakeupException e) {
          LOG.debug("the follower of link {} was stopped, or begins anew", config.link());
        } catch (KafkaException e) {
          failed(KafkaFailure.of("read " + partition.topic(), settings, e));
        } catch (DuplexException e) {
          failed(e);
        }
        view.tidy();
      } while (!closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      LOG.warn("the follower of link {} was interrupted and ends", config.link());
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // Commits must not wait for a follower that is dead, nor believe what it said last.
      LOG.error("the follower of link {} failed, which is a bug", config.link(), e);
      watch.unreachable(Reason.BROKER_UNREACHABLE, "this instance cannot follow the link: " + e);
    }
  }

  private void follow(ProgressLog log) throws InterruptedException {
    try (KafkaConsumer<byte[], byte[]> client = new KafkaConsumer<>(settings.consumer());
        ClockWatch clock = settings.clockWatcher().watch(client::wakeup)) {
      consumer = client;
      if (closed.getCount() == 0) {
        return;
      }
      try {
        long end = seek(client);
        view.singleCopy(TopicCopies.isSingle(settings));
        while (closed.getCount() > 0) {
          poll(client, log);
          if (client.position(partition, PROBE) >= end) {
            watch.atEnd();
          }
          view.tidy();
        }
      } finally {
        consumer = null;
        client.close(CloseOptions.timeout(CLIENT_CLOSE));
      }
    }
  }

  private long seek(Consumer<byte[], byte[]> client) {
    List<TopicPartition> one = List.of(partition);
    client.assign(one);
    long begin = client.beginningOffsets(one, PROBE).getOrDefault(partition, 0L);
    long end = client.endOffsets(one, PROBE).getOrDefault(partition, 0L);
    client.seek(partition, Math.max(begin, end - WINDOW));
    return end;
  }

  private void poll(Consumer<byte[], byte[]> client, ProgressLog log) {
    boolean any = false;
    for (ConsumerRecord<byte[], byte[]> record : client.poll(POLL)) {
      any = true;
      Progress progress = decode(log, record);
      if (progress != null) {
        watch.take(progress);
      }
    }
    if (any) {
      answered();
    } else if (System.nanoTime() - lastAnswerNanos >= QUIET.toNanos()) {
      var unused = client.endOffsets(List.of(partition), PROBE); // silence, or nobody there?
      answered();
    }
    watch.tick();
  }

  private static @Nullable Progress decode(ProgressLog log, ConsumerRecord<byte[], byte[]> record) {
    try {
      return log.decode(record);
    } catch (HaltException e) {
      // Written before the registry was reset, or by somebody else: what follows counts.
      LOG.debug("skipped: {}", e.getMessage());
      return null;
    }
  }

  private void answered() {
    lastAnswerNanos = System.nanoTime();
    if (away) {
      LOG.info("link {} can be followed again", config.link());
      away = false;
    }
    watch.reachable();
  }

  private void failed(DuplexException e) {
    if (closed.getCount() == 0) {
      return;
    }
    Reason reason = e instanceof RetryException retry ? retry.reason() : Reason.BROKER_UNREACHABLE;
    String detail = String.valueOf(e.getMessage());
    if (!away) {
      LOG.warn("link {} cannot be followed: {}; trying again until it can", config.link(), detail);
      away = true;
    }
    view.suspect(reason);
    // Said so early that it is within the limit, although the next try takes its time.
    Duration limit = config.status().divergedAfter().minus(PROBE).minusMillis(RETRY_MILLIS);
    if (System.nanoTime() - lastAnswerNanos >= limit.toNanos()) {
      watch.unreachable(reason, detail);
    }
  }

  /** Ends the thread; waits at most 5 s. */
  @Override
  public void close() {
    closed.countDown();
    Consumer<byte[], byte[]> client = consumer;
    if (client != null) {
      client.wakeup();
    }
    try {
      thread.join(CLOSE_LIMIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
