package dev.duplex.kafka.status;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.time.Loop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an outbox and the status topic together: sends what waits, and follows what others write.
 *
 * <p>Stepped by one loop; {@link #finish} is for any thread.
 */
final class StatusExchange implements Loop {
  private static final Logger LOG = LoggerFactory.getLogger(StatusExchange.class);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final KafkaSettings kafka;
  private final SchemaRegistry registry;
  private final Outbox outbox;
  private final StatusSender sender;
  private @Nullable StatusFollower follower;
  private boolean hiding;
  private boolean unsure; // whether the topic has what was sent last
  private volatile boolean looked;
  private volatile boolean away;
  private volatile boolean finishing;

  StatusExchange(Outbox outbox, Observer observer, KafkaSettings kafka, SchemaRegistry registry) {
    this.kafka = kafka;
    this.registry = registry;
    this.outbox = outbox;
    this.sender = new StatusSender(kafka, observer, registry);
  }

  /** Whether the topic was read to its end once. */
  boolean hasLooked() {
    return looked;
  }

  /** Whether Kafka or the registry did not answer. */
  boolean isAway() {
    return away;
  }

  /** Ends the loop as soon as nothing waits any more, or it cannot be sent now. */
  void finish() {
    finishing = true;
  }

  @Override
  public long step() throws InterruptedException {
    if (finishing && (away || outbox.pending() == 0)) {
      disconnect();
      return OVER;
    }
    try {
      if (!unsure) {
        outbox.adoptIfFree(); // may number anew what waits
      }
      if (!exchange(connected())) {
        return RETRY_NANOS;
      }
      if (away) {
        LOG.info("status events are written again");
        away = false;
      }
      return outbox.pending() == 0 ? POLL_NANOS : 0;
    } catch (FencedException e) {
      LOG.debug("another instance has written since; looking what"); // connects again
      return 0;
    } catch (InterruptedException e) {
      disconnect();
      throw e;
    } catch (RuntimeException e) { // whatever it is, what waits must go out some day
      noteAway(e);
      disconnect();
      return RETRY_NANOS;
    }
  }

  private StatusFollower connected() throws InterruptedException {
    StatusFollower connected = follower;
    if (connected == null) {
      sender.prepare();
      connected = StatusFollower.open(kafka, registry, outbox::receive);
      follower = connected;
      looked = true;
      hiding = connected.hidesRecords();
    }
    return connected;
  }

  /** Whether all of it was possible. */
  private boolean exchange(StatusFollower from) throws InterruptedException {
    RetryException undecoded = null;
    try {
      from.poll(Duration.ZERO).forEach(outbox::receive);
    } catch (RetryException e) {
      if (e.reason() != Reason.REGISTRY_UNREACHABLE) {
        throw e;
      }
      undecoded = e; // sending needs no registry any more
    }
    boolean sending = outbox.pending() > 0;
    // What hides there may be what an earlier process of this observer left; connecting ends it.
    if ((sending || hiding) && sender.connect()) {
      from.pollToEnd().forEach(outbox::receive); // so that no number is given twice
      unsure = false;
    }
    hiding = false;
    for (StatusEvent event = sending ? outbox.next() : null; event != null; event = outbox.next()) {
      unsure = true;
      from.fetchPast(sender.send(event));
      outbox.acknowledged(event);
      unsure = false;
    }
    if (undecoded != null) {
      noteAway(undecoded);
    }
    return undecoded == null;
  }

  private void noteAway(RuntimeException e) {
    if (!away) {
      LOG.warn("status events cannot be written: {}; trying again until they can", e.toString());
      away = true;
    }
  }

  /** Closes the clients; when the loop steps no more. */
  void disconnect() {
    sender.close();
    if (follower != null) {
      follower.close();
      follower = null;
    }
  }
}
