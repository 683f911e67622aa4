package dev.duplex.consumer;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.source.ChangeSource;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.TargetDatabase;
import dev.duplex.database.target.TargetLease;
import dev.duplex.database.target.TargetSession;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Applies changes that somebody has carried over, without Kafka, to their end. Has the role of the
 * {@link Applier} meanwhile, and goes by the same place: what was applied is skipped, whoever
 * applied it, and the topic's offset stays as it is. One {@link #run} for each object, on one
 * thread.
 */
public final class HandApplier {
  // A consumer that was stopped just now is gone when its session is.
  private static final int ATTEMPTS = 4;
  private static final Duration POLL = Duration.ofMillis(500);

  private final DuplexConfig config;
  private final Link link;
  private final ChangeSource source;
  private final StopSignal stop = new StopSignal();
  private @Nullable Checkpoint before;
  private @Nullable Checkpoint after;

  /**
   * Connects to nothing yet.
   *
   * @param source anything but the topic; closed by whoever made it
   */
  public HandApplier(DuplexConfig config, ChangeSource source) {
    this.config = config;
    this.link = new Link(config.link());
    this.source = source;
  }

  /** How far the secondary was; null if that was not found out. */
  public @Nullable Checkpoint before() {
    return before;
  }

  /** How far it is now, whether or not {@link #run} has come to the end. */
  public @Nullable Checkpoint after() {
    return after;
  }

  /**
   * Applies to the source's end. What is applied when this throws is applied all the same.
   *
   * @throws SetupException if a consumer has the role, or a prerequisite is missing
   * @throws HaltException if something is missing or damaged, or the secondary refuses a change
   * @throws RetryException if the secondary cannot be reached
   */
  public void run() throws InterruptedException {
    Time time = Time.system();
    DatabaseConfig secondary = config.secondary().database();
    TargetDatabase target = DatabaseProducts.of(secondary).target(secondary, time);
    Instance instance = Instance.create();
    try (TargetSession session = target.open(link, instance)) {
      takeRole(session);
      Checkpoint claimed = session.claim();
      before = claimed;
      after = claimed;
      apply(new ApplyLoop(config.apply(), session, claimed, source, observer(), time));
    } catch (SQLException e) {
      throw new RetryException(
          Reason.SECONDARY_DOWN,
          "secondary: " + SqlFailure.line(e) + "; run it again, what is applied is skipped then",
          e);
    }
  }

  private void apply(ApplyLoop loop) throws SQLException, InterruptedException {
    while (!stop.isGiven()) {
      stop.pause(Duration.ofNanos(loop.step(true)));
    }
  }

  private void takeRole(TargetSession session) throws SQLException, InterruptedException {
    TargetLease lease = session.lease(config.takeoverAfter());
    for (int attempt = 1; !lease.tryAcquire(); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new SetupException(
            "'%s' applies link %s: stop all consumers of the link first"
                .formatted(
                    lease.holder().map(TargetLease.Holder::name).orElse("another session"), link));
      }
      stop.pause(POLL);
    }
  }

  private ApplyObserver observer() {
    return new ApplyObserver() {
      @Override
      public void committed(Checkpoint checkpoint, @Nullable String mismatch) {
        after = checkpoint;
      }

      @Override
      public void atEnd() {
        stop.give();
      }

      @Override
      public void refused(String line) {
        throw new HaltException(Reason.APPLY_FAILED, line + "; remove the cause and run it again");
      }
    };
  }
}
