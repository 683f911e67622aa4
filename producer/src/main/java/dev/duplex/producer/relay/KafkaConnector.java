package dev.duplex.producer.relay;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.topics.TopicIds;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.DuplexException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Opens the Kafka side of the relay on a thread of its own, because that takes seconds while Kafka
 * or the registry is away and the primary's changes must not wait.
 *
 * <p>An attempt fences every earlier writer. So it first waits until Kafka answers at all, which
 * harms nobody, then asks whether the link is still the caller's, and only then goes on: one that
 * was frozen while Kafka was away does not fence who has the link now. Used by the relay's thread;
 * one attempt at a time.
 */
final class KafkaConnector implements AutoCloseable {
  /** The link as Kafka has it: open to be written, with the newest record of the last writer. */
  record KafkaSide(ChangePublisher publisher, TopicIds topics, @Nullable Progress last)
      implements AutoCloseable {
    @Override
    public void close() {
      publisher.close();
    }
  }

  /** Asks whether the link is still the caller's; on the caller's thread. */
  interface ClaimCheck {
    /**
     * Returns if it is.
     *
     * @throws dev.duplex.schemas.failure.FencedException if it is not
     */
    void require() throws SQLException;
  }

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final SchemaRegistry registry;
  private final Duration longestBlock;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread connect = new Thread(task, "duplex-relay-connect");
            connect.setDaemon(true);
            return connect;
          });
  private @Nullable Future<?> reach; // then the attempt proper
  private @Nullable Future<KafkaSide> attempt;

  KafkaConnector(KafkaSettings settings, SchemaRegistry registry, Duration longestBlock) {
    this.settings = settings;
    this.registry = registry;
    this.longestBlock = longestBlock;
  }

  boolean isTrying() {
    return reach != null || attempt != null;
  }

  /** Starts an attempt. */
  void attempt() {
    reach = thread.submit(this::reach);
  }

  /**
   * The result of the attempt, which the caller closes.
   *
   * @param claim is asked before anybody is fenced
   * @param epoch under which the link is claimed
   * @param wait how long at most to wait for it
   * @return null if it goes on
   * @throws DuplexException if it has failed, or the link is somebody else's
   */
  @Nullable KafkaSide poll(ClaimCheck claim, long epoch, Duration wait)
      throws SQLException, InterruptedException {
    long start = System.nanoTime();
    try {
      Future<?> reaching = reach;
      if (reaching != null) {
        reaching.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        reach = null;
        claim.require();
        attempt = thread.submit(() -> connect(epoch));
      }
      Future<KafkaSide> running = attempt;
      if (running == null) {
        return null;
      }
      long rest = Math.max(0, wait.toNanos() - (System.nanoTime() - start));
      KafkaSide side = running.get(rest, TimeUnit.NANOSECONDS);
      attempt = null;
      return side;
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      reach = null;
      attempt = null;
      throw KafkaFailure.of("connect", settings, e);
    }
  }

  private @Nullable Void reach() throws InterruptedException {
    try (ClockWatch clock = settings.clockWatcher().watch(Thread.currentThread()::interrupt)) {
      Admin admin = Admin.create(settings.admin());
      try {
        var unused = new TopicIds(admin, settings).find(settings.link().progressTopic());
        return null;
      } finally {
        admin.close(CLOSE_LIMIT);
      }
    } finally {
      Thread.interrupted(); // for the attempt proper, if it came too late for this
    }
  }

  private KafkaSide connect(long epoch) throws InterruptedException {
    try (ClockWatch clock = settings.clockWatcher().watch(Thread.currentThread()::interrupt)) {
      return open(epoch);
    } finally {
      Thread.interrupted(); // for the next attempt, if it came too late for this one
    }
  }

  private KafkaSide open(long epoch) throws InterruptedException {
    ChangePublisher publisher = ChangePublisher.open(settings, registry, longestBlock);
    try {
      TopicIds topics = new TopicIds(publisher.admin(), settings);
      boolean changes = lookUp(settings.link().changesTopic(), topics, publisher);
      boolean progress = lookUp(settings.link().progressTopic(), topics, publisher);
      if (changes && progress) {
        UndecidedRecords undecided = new UndecidedRecords(settings, registry);
        new HangingTransactions(publisher, settings, undecided, epoch).end();
      }
      // Complete, as no earlier writer can add to it any more, and nothing of it is undecided.
      Progress last = progress ? publisher.progressLog().heads().get(Role.PRODUCER) : null;
      return new KafkaSide(publisher, topics, last);
    } catch (RuntimeException | InterruptedException e) {
      publisher.close();
      throw e;
    }
  }

  /** Whether there is such a topic; if so, the publisher knows where. */
  private static boolean lookUp(String topic, TopicIds topics, ChangePublisher publisher)
      throws InterruptedException {
    boolean known = topics.find(topic).isPresent();
    if (known) {
      publisher.lookUp(topic);
    }
    return known;
  }

  /** Gives the attempt up; what it opens yet is closed on its own thread. */
  @Override
  public void close() {
    Future<?> reaching = reach;
    reach = null;
    if (reaching != null) {
      reaching.cancel(true);
    }
    Future<KafkaSide> running = attempt;
    attempt = null;
    if (running != null) {
      var unused = thread.submit(() -> closeLate(running));
    }
    thread.shutdown();
  }

  private static void closeLate(Future<KafkaSide> running) {
    try {
      running.get().close();
    } catch (ExecutionException | CancellationException e) {
      // it has opened nothing
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
