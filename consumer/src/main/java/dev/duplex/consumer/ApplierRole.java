package dev.duplex.consumer;

import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.decode.RecordFormats;
import dev.duplex.consumer.source.ChangeSource;
import dev.duplex.consumer.source.KafkaChangeSource;
import dev.duplex.consumer.source.TopicWatch;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.TargetLease;
import dev.duplex.database.target.TargetSession;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.time.Backoff;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the role, applies while it has it, and starts over with a new session when the
 * secondary was away or another instance took the role.
 *
 * <p>Owned by one thread but for {@link #abort}.
 */
final class ApplierRole {
  private static final Logger LOG = LoggerFactory.getLogger(ApplierRole.class);
  private static final long STANDBY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final DuplexConfig config;
  private final Link link;
  private final ApplierParts parts;
  private final ApplierHealth health;
  private final TopicWatch watch;
  private final RecordFormats formats;
  private final StopSignal stop;
  private final Backoff backoff = new Backoff();
  private volatile @Nullable TargetSession session;
  private @Nullable TargetLease lease;
  private @Nullable ChangeSource source;
  private @Nullable ApplyLoop loop;
  private @Nullable Checkpoint before;
  private boolean hadRole;

  /**
   * @param stop once it is given, a session that ends is no failure
   */
  ApplierRole(
      DuplexConfig config,
      ApplierParts parts,
      ApplierHealth health,
      TopicWatch watch,
      StopSignal stop) {
    this.config = config;
    this.link = new Link(config.link());
    this.parts = parts;
    this.health = health;
    this.watch = watch;
    this.stop = stop;
    this.formats = new RecordFormats(parts.registry(), parts.time(), parts.loops());
  }

  /**
   * Does what is next; whatever is away is tried again for ever.
   *
   * @param mayWait whether this thread may wait for a record
   * @return for how many nanoseconds nothing is due
   * @throws dev.duplex.schemas.failure.HaltException if an operator must act
   * @throws dev.duplex.schemas.failure.SetupException if a prerequisite is missing
   */
  long step(boolean mayWait) throws InterruptedException {
    try {
      ApplyLoop applying = loop;
      return applying != null ? applying.step(mayWait) : advance();
    } catch (FencedException e) {
      release(e);
      fenced(e.getMessage());
      return 0;
    } catch (RetryException e) {
      release(e);
      return away(e.reason(), e.getMessage());
    } catch (SQLException e) {
      release(e);
      return stop.isGiven() ? 0 : away(Reason.SECONDARY_DOWN, SqlFailure.line(e));
    }
  }

  private long advance() throws SQLException {
    TargetSession opened = session;
    if (opened == null) {
      before = health.status().checkpoint();
      opened = parts.target().open(link, parts.instance());
      session = opened;
    }
    TargetLease wanted = lease;
    if (wanted == null) {
      wanted = opened.lease(config.takeoverAfter());
      lease = wanted;
    }
    if (wanted.tryAcquire()) {
      claim(opened);
      return 0;
    }
    standBy(wanted.holder().orElse(null));
    return STANDBY_NANOS;
  }

  private void standBy(TargetLease.@Nullable Holder holder) {
    if (hadRole && holder != null && !holder.own()) {
      fenced("link " + link + " is applied by " + holder.name());
    } else if (!hadRole) {
      health.transition(
          ApplierState.STANDBY,
          (holder == null ? "another session" : holder.name())
              + " applies link "
              + link
              + "; this one takes over when it is gone");
    }
  }

  private void claim(TargetSession opened) throws SQLException {
    Checkpoint checkpoint = opened.claim();
    hadRole = true;
    watch.expect(checkpoint.topicId());
    health.claimed(checkpoint);
    ChangeSource topic =
        KafkaChangeSource.open(parts.kafka(), formats, watch, checkpoint.topicId());
    source = topic;
    loop = new ApplyLoop(config.apply(), opened, checkpoint, topic, health, parts.time());
  }

  private long away(Reason reason, @Nullable String line) {
    health.trouble(ApplierState.WAITING, reason, line);
    if (!Objects.equals(before, health.status().checkpoint())) {
      backoff.reset();
    }
    return backoff.next().toNanos();
  }

  private void fenced(@Nullable String by) {
    LOG.warn("FENCED: {}; standing by", by);
    hadRole = false;
    health.transition(ApplierState.STANDBY, null);
  }

  /** Lets go of session and source; what fails then is told with the cause. */
  private void release(Exception cause) {
    try {
      release();
    } catch (SQLException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private void release() throws SQLException {
    TargetSession opened = session;
    ChangeSource topic = source;
    session = null;
    lease = null;
    source = null;
    loop = null;
    try {
      if (topic != null) {
        topic.close();
      }
    } finally {
      if (opened != null) {
        opened.close();
      }
    }
  }

  /** Gives the role up; takes at most some seconds. */
  void close() {
    formats.close();
    try {
      release();
    } catch (SQLException | RetryException e) {
      LOG.debug("left behind", e); // the server notices that the session is gone
    }
  }

  /** Ends a session that does not answer. Any thread. */
  void abort() {
    TargetSession hanging = session;
    if (hanging != null) {
      LOG.warn("the secondary does not answer: its session is given up");
      hanging.abort();
    }
  }
}
