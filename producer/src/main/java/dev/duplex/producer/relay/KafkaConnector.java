package dev.duplex.producer.relay;

import dev.duplex.kafka.ClockWatch;
import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.topics.TopicIds;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Opens the Kafka side in loops of their own, because that takes seconds while Kafka or the
 * registry is away and the primary's changes must not wait.
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

  /** Part of an attempt: one call, whose result others look for. */
  private record Call<T extends @Nullable Object>(CompletableFuture<T> result, Callable<T> call)
      implements Loop {
    @Override
    public long step() {
      try {
        result.complete(call.call());
      } catch (Exception | Error e) {
        result.completeExceptionally(e);
      }
      return OVER;
    }
  }

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final KafkaSettings settings;
  private final SchemaRegistry registry;
  private final Duration longestBlock;
  private final Loops loops;
  private final Runnable whenReady;
  private Loops.@Nullable Running running;
  private @Nullable CompletableFuture<Boolean> reach; // then the attempt proper
  private @Nullable CompletableFuture<KafkaSide> attempt;

  /**
   * Starts nothing yet.
   *
   * @param longestBlock how long one call waits at most
   * @param whenReady is called when {@link #poll} has something to say; returns at once
   */
  KafkaConnector(
      KafkaSettings settings,
      SchemaRegistry registry,
      Duration longestBlock,
      Loops loops,
      Runnable whenReady) {
    this.settings = settings;
    this.registry = registry;
    this.longestBlock = longestBlock;
    this.loops = loops;
    this.whenReady = whenReady;
  }

  boolean isTrying() {
    return reach != null || attempt != null;
  }

  /** Starts an attempt. */
  void attempt() {
    reach = start(this::reach);
  }

  private <T> CompletableFuture<T> start(Callable<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    running = loops.start("duplex-relay-connect", new Call<>(result, call));
    var unused = result.whenComplete((value, e) -> whenReady.run());
    return result;
  }

  /**
   * The result of the attempt, which the caller closes.
   *
   * @param claim is asked before anybody is fenced
   * @param epoch under which the link is claimed
   * @return null if it goes on
   * @throws DuplexException if it has failed, or the link is somebody else's
   */
  @Nullable KafkaSide poll(ClaimCheck claim, long epoch) throws SQLException, InterruptedException {
    try {
      CompletableFuture<Boolean> reaching = reach;
      if (reaching != null && reaching.isDone()) {
        reach = null;
        var unused = reaching.get();
        claim.require();
        attempt = start(() -> connect(epoch));
      }
      CompletableFuture<KafkaSide> connecting = attempt;
      if (connecting == null || !connecting.isDone()) {
        return null;
      }
      attempt = null;
      return connecting.get();
    } catch (ExecutionException e) {
      throw KafkaFailure.of("connect", settings, e);
    }
  }

  private Boolean reach() throws InterruptedException {
    try (ClockWatch clock = settings.clockWatcher().watch(Thread.currentThread()::interrupt)) {
      Admin admin = settings.openAdmin();
      try {
        return new TopicIds(admin, settings).find(settings.link().progressTopic()).isPresent();
      } finally {
        admin.close(CLOSE_LIMIT);
      }
    }
  }

  private KafkaSide connect(long epoch) throws InterruptedException {
    try (ClockWatch clock = settings.clockWatcher().watch(Thread.currentThread()::interrupt)) {
      return open(epoch);
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
    Loops.Running loop = running;
    if (reach != null && loop != null) {
      loop.stop();
    }
    reach = null;
    CompletableFuture<KafkaSide> connecting = attempt;
    attempt = null;
    if (connecting != null) {
      var unused =
          connecting.whenComplete(
              (side, e) -> {
                if (side != null) {
                  side.close();
                }
              });
    }
  }
}
