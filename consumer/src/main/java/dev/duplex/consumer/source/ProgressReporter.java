package dev.duplex.consumer.source;

import dev.duplex.database.target.Checkpoint;
import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.DuplexException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes how far the applier is to {@code <link>.progress}: what is new at once, and a heartbeat
 * every second. Applying never waits for it: {@link #report} only leaves the newest state behind,
 * and at most one record is on its way.
 */
public final class ProgressReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressReporter.class);
  private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int LONGEST_BLOCK_MILLIS = 5_000;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private record Report(
      Checkpoint checkpoint,
      ProgressState state,
      @Nullable Reason reason,
      @Nullable String detail) {}

  private final KafkaSettings settings;
  private final ProgressLog log;
  private final String instance;
  private final String host;
  private volatile @Nullable Report newest;
  private volatile boolean inFlight;
  private volatile Runnable whenNews = () -> {};
  private @Nullable Producer<byte[], byte[]> producer;
  private @Nullable ClockWatch clock;
  private @Nullable Report sent;
  private long sentAt;
  private volatile boolean away;

  public ProgressReporter(
      KafkaSettings settings, SchemaRegistry registry, String instance, String host) {
    this.settings = settings;
    this.log = new ProgressLog(settings, registry);
    this.instance = instance;
    this.host = host;
  }

  /**
   * What is true now. Any thread; never waits.
   *
   * @param reason why, when something is wrong
   * @param detail the same in one line for people
   */
  public void report(
      Checkpoint checkpoint,
      ProgressState state,
      @Nullable Reason reason,
      @Nullable String detail) {
    newest = new Report(checkpoint, state, reason, detail);
    whenNews.run();
  }

  /**
   * Whom to call when there may be something to send; by any thread, and it returns at once.
   *
   * @param wake lets {@link #tick} be called
   */
  public void onNews(Runnable wake) {
    whenNews = wake;
  }

  /** Says nothing more: another instance has the role. */
  public void silence() {
    newest = null;
  }

  /** Sends what is due; one thread only. A broker or a registry that is away is no failure. */
  public synchronized void tick() {
    if (clock != null && clock.wasSetBack()) {
      disconnect(Duration.ZERO); // what is in flight fails, and is sent again
    }
    Report report = newest;
    if (report == null || inFlight) {
      return;
    }
    if (!report.equals(sent) || settings.time().nanos() - sentAt >= HEARTBEAT_NANOS) {
      trySend(report);
    }
  }

  private void trySend(Report report) {
    try {
      send(report);
    } catch (DuplexException | KafkaException e) {
      noteAway(e);
    } catch (IllegalStateException e) {
      if (clock == null || !clock.wasSetBack()) {
        throw e;
      }
      noteAway(e); // closed just now
    }
  }

  private void send(Report report) {
    if (producer == null) {
      Map<String, Object> properties = settings.producer();
      properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LONGEST_BLOCK_MILLIS);
      Producer<byte[], byte[]> made = settings.clients().producer(properties);
      clock = settings.clockWatcher().watchClosing(made);
      producer = made;
    }
    inFlight = true;
    try {
      var unused =
          producer.send(
              log.record(progress(report)),
              (metadata, failure) -> {
                inFlight = false;
                whenNews.run(); // for what has come meanwhile
                if (failure != null) {
                  noteAway(failure);
                } else if (away) {
                  LOG.info("progress is written again");
                  away = false;
                }
              });
      sent = report;
      sentAt = settings.time().nanos();
    } catch (DuplexException | KafkaException | IllegalStateException e) {
      inFlight = false;
      throw e;
    }
  }

  private Progress progress(Report report) {
    Checkpoint checkpoint = report.checkpoint;
    return Progress.newBuilder()
        .setLink(settings.link().name())
        .setRole(Role.CONSUMER)
        .setState(report.state)
        .setReason(report.reason == null ? null : report.reason.name())
        .setDetail(report.detail)
        .setEpoch(checkpoint.epoch())
        .setInstance(instance)
        .setHost(host)
        .setSystemId(checkpoint.identity().systemId())
        .setTimeline(checkpoint.identity().timeline())
        .setTopicId(checkpoint.topicId())
        .setPosition(checkpoint.position())
        .setTransactionId(checkpoint.last().id())
        .setCommitMicros(checkpoint.last().commitMicros())
        .setDecoded(checkpoint.position())
        .setDecodedMicros(checkpoint.last().commitMicros())
        .setTransactions(checkpoint.totals().transactions())
        .setChanges(checkpoint.totals().changes())
        .setMismatches(checkpoint.totals().mismatches())
        .setOffset(checkpoint.offset())
        .build();
  }

  private void noteAway(Exception e) {
    if (!away) {
      LOG.warn("progress cannot be written: {}; trying again until it can", e.getMessage());
      away = true;
    }
  }

  /** Sends the last report, if Kafka answers, and takes at most some seconds. */
  @Override
  public synchronized void close() {
    Report last = newest;
    if (last != null && !last.equals(sent)) {
      trySend(last);
    }
    disconnect(CLOSE_LIMIT);
  }

  private void disconnect(Duration limit) {
    if (clock != null) {
      clock.close();
      clock = null;
    }
    if (producer != null) {
      producer.close(limit);
      producer = null;
    }
  }
}
