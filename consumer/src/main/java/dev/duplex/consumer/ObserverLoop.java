package dev.duplex.consumer;

import dev.duplex.consumer.source.RelayProgress;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the applier ten times a second and reports what it sees, so that applying waits neither
 * for Kafka nor for the disk of the status file.
 */
final class ObserverLoop implements Loop {
  private static final Logger LOG = LoggerFactory.getLogger(ObserverLoop.class);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  // An incident that is open on the topic is joined; without Kafka nobody waits for it longer.
  private static final long FIRST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ApplierHealth health;
  private final RelayProgress relay;
  private final Supplier<StatusReporter> opening;
  private final Duration divergedAfter;
  private final Time time;
  private volatile boolean ending;
  private @Nullable StatusReporter reporter;
  private @Nullable ApplierIncidents incidents;
  private long openedAt;
  private boolean failed;

  /**
   * @param opening opens the reporter
   */
  ObserverLoop(
      ApplierHealth health,
      RelayProgress relay,
      Supplier<StatusReporter> opening,
      Duration divergedAfter,
      Time time) {
    this.health = health;
    this.relay = relay;
    this.opening = opening;
    this.divergedAfter = divergedAfter;
    this.time = time;
  }

  @Override
  public long step() throws InterruptedException {
    boolean last = ending;
    StatusReporter opened = reporter();
    if (last || knowsIncidents(opened)) {
      look(opened); // also at the end: it may be why it ends
    }
    if (last) {
      relay.close();
      opened.close();
      return OVER;
    }
    return TICK_NANOS;
  }

  private StatusReporter reporter() {
    StatusReporter opened = reporter;
    if (opened == null) {
      opened = opening.get();
      reporter = opened;
      openedAt = time.nanos();
    }
    return opened;
  }

  private boolean knowsIncidents(StatusReporter opened) {
    return opened.hasLooked()
        || opened.lastEvent().isPresent()
        || time.nanos() - openedAt >= FIRST_LOOK_NANOS;
  }

  private void look(StatusReporter opened) throws InterruptedException {
    ApplierIncidents observations = incidents;
    if (observations == null) {
      observations = new ApplierIncidents(health, opened, divergedAfter, time);
      incidents = observations;
    }
    try {
      relay.poll().ifPresent(observations::published);
      observations.look();
    } catch (RuntimeException e) { // the applier goes on, and the next look may do
      if (!failed) {
        LOG.error("the status of the applier cannot be observed; trying again", e);
        failed = true;
      }
    }
  }

  /** The next step is the last one; takes some seconds at most. */
  void end() {
    ending = true;
  }
}
