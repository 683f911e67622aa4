package dev.duplex.producer.link;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the progress topic for one instance, in a loop, for as long as it is open. Kafka may be
 * away when it starts and at any time later.
 */
public final class LinkFollower implements Loop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinkFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PROBE = Duration.ofMillis(1_500);
  private static final Duration QUIET = Duration.ofMillis(1_500); // both sides report every second
  private static final Duration CLIENT_CLOSE = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofMillis(300);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final long WINDOW = 500; // the newest of each side is nearly always within

  /** A client that reads, and where the topic ended when it began. */
  private record Reading(Consumer<byte[], byte[]> client, ClockWatch clock, long end) {}

  private final LinkTracker tracker;
  private final KafkaSettings settings;
  private final Time time;
  private final DuplexConfig config;
  private final TopicPartition partition;
  private final ProgressWatch watch;
  private Loops.@Nullable Running running;
  private volatile boolean closed;
  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable SchemaRegistry registry;
  private @Nullable ProgressLog log;
  private @Nullable Reading reading;
  private long lastAnswerNanos;
  private boolean away;

  /** Connects to nothing yet. */
  public LinkFollower(DuplexConfig config, KafkaSettings settings, LinkTracker tracker) {
    this.tracker = tracker;
    this.config = config;
    this.settings = settings;
    this.time = settings.time();
    this.partition = settings.topics().progress();
    this.watch = new ProgressWatch(tracker, config.status().divergedAfter(), time);
    this.lastAnswerNanos = time.nanos();
  }

  public void start(Loops loops) {
    lastAnswerNanos = time.nanos();
    running = loops.start("duplex-follower-" + config.link(), this);
  }

  @Override
  public long step() throws InterruptedException {
    if (closed) {
      disconnect();
      return OVER;
    }
    long wait = 0;
    try {
      follow();
    } catch (WakeupException e) {
      LOG.debug("the follower of link {} was stopped, or begins anew", config.link());
      wait = lost();
    } catch (InterruptException e) {
      Thread.interrupted(); // the client has set it again
      throw (InterruptedException) new InterruptedException("stopped").initCause(e);
    } catch (KafkaException e) {
      wait = lost();
      failed(KafkaFailure.of("read " + partition.topic(), settings, e));
    } catch (DuplexException e) {
      wait = lost();
      failed(e);
    } catch (RuntimeException | Error e) {
      // Commits must not wait for a follower that is dead, nor believe what it said last.
      watch.unreachable(Reason.BROKER_UNREACHABLE, "this instance cannot follow the link: " + e);
      throw e;
    }
    tracker.tidy();
    return wait;
  }

  private void follow() throws InterruptedException {
    ProgressLog decoder = log;
    if (decoder == null) {
      SchemaRegistry asked =
          SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap());
      registry = asked;
      decoder = ProgressLog.ofObserver(settings, asked);
      log = decoder;
    }
    Reading now = reading;
    if (now == null) {
      now = connect();
      reading = now;
      tracker.singleCopy(TopicCopies.isSingle(settings));
    }
    poll(now.client(), decoder);
    if (now.client().position(partition, PROBE) >= now.end()) {
      watch.atEnd();
    }
  }

  private Reading connect() {
    Consumer<byte[], byte[]> client = settings.openConsumer();
    ClockWatch clock = settings.clockWatcher().watch(client::wakeup);
    boolean connected = false;
    try {
      consumer = client;
      Reading made = new Reading(client, clock, seek(client));
      connected = true;
      return made;
    } finally {
      if (!connected) {
        consumer = null;
        clock.close();
        client.close(CloseOptions.timeout(CLIENT_CLOSE));
      }
    }
  }

  /** The client is given up; after a pause there is another one. */
  private long lost() {
    Reading before = reading;
    reading = null;
    consumer = null;
    if (before != null) {
      before.clock().close();
      before.client().close(CloseOptions.timeout(CLIENT_CLOSE));
    }
    return RETRY.toNanos();
  }

  private void disconnect() {
    var unused = lost();
    SchemaRegistry open = registry;
    registry = null;
    log = null;
    if (open != null) {
      open.close();
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

  private void poll(Consumer<byte[], byte[]> client, ProgressLog decoder) {
    boolean any = false;
    for (ConsumerRecord<byte[], byte[]> record : client.poll(POLL)) {
      any = true;
      Progress progress = decode(decoder, record);
      if (progress != null) {
        watch.take(progress);
      }
    }
    if (any) {
      answered();
    } else if (time.nanos() - lastAnswerNanos >= QUIET.toNanos()) {
      var unused = client.endOffsets(List.of(partition), PROBE); // silence, or nobody there?
      answered();
    }
    watch.tick();
  }

  private static @Nullable Progress decode(
      ProgressLog decoder, ConsumerRecord<byte[], byte[]> record) {
    try {
      return decoder.decode(record);
    } catch (HaltException e) {
      // Written before the registry was reset, or by somebody else: what follows counts.
      LOG.debug("skipped: {}", e.getMessage());
      return null;
    }
  }

  private void answered() {
    lastAnswerNanos = time.nanos();
    if (away) {
      LOG.info("link {} can be followed again", config.link());
      away = false;
    }
    watch.reachable();
  }

  private void failed(DuplexException e) {
    if (closed) {
      return;
    }
    Reason reason = e instanceof RetryException retry ? retry.reason() : Reason.BROKER_UNREACHABLE;
    String detail = String.valueOf(e.getMessage());
    if (!away) {
      LOG.warn("link {} cannot be followed: {}; trying again until it can", config.link(), detail);
      away = true;
    }
    tracker.suspect(reason);
    // Said so early that it is within the limit, although the next try takes its time.
    Duration limit = config.status().divergedAfter().minus(PROBE).minus(RETRY);
    if (time.nanos() - lastAnswerNanos >= limit.toNanos()) {
      watch.unreachable(reason, detail);
    }
  }

  /** Ends it; waits at most 5 s. */
  @Override
  public void close() {
    closed = true;
    Consumer<byte[], byte[]> client = consumer;
    if (client != null) {
      client.wakeup();
    }
    Loops.Running started = running;
    if (started == null) {
      return;
    }
    started.wake();
    try {
      if (!started.join(CLOSE_LIMIT)) {
        started.stop();
      }
    } catch (InterruptedException e) {
      started.stop();
      Thread.currentThread().interrupt();
    }
  }
}
