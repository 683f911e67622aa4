package dev.duplex.consumer;

import dev.duplex.consumer.source.RelayProgress;
import dev.duplex.kafka.status.StatusReporter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that looks at the applier ten times a second and reports what it sees, so that
 * applying waits neither for Kafka nor for the disk of the status file.
 */
final class ObserverThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ObserverThread.class);
  private static final long TICK_MILLIS = 100;
  private static final long JOIN_MILLIS = 7_000;
  private static final long INTERRUPTED_MILLIS = 2_000;

  /** Opens the reporter; may take some seconds. */
  interface Opening {
    StatusReporter open() throws InterruptedException;
  }

  private final ApplierHealth health;
  private final RelayProgress relay;
  private final Opening opening;
  private final Duration divergedAfter;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "duplex-consumer-observer");
  private boolean failed;

  ObserverThread(
      ApplierHealth health, RelayProgress relay, Opening opening, Duration divergedAfter) {
    this.health = health;
    this.relay = relay;
    this.opening = opening;
    this.divergedAfter = divergedAfter;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try (relay;
        StatusReporter reporter = opening.open()) {
      ApplierIncidents observations =
          new ApplierIncidents(health, reporter, divergedAfter, java.time.Clock.systemUTC());
      boolean ending;
      do {
        ending = end.await(TICK_MILLIS, TimeUnit.MILLISECONDS);
        look(observations); // also at the end: it may be why it ends
      } while (!ending);
    } catch (InterruptedException e) {
      LOG.debug("given up while closing"); // only close() does it; the thread ends here
    }
  }

  private void look(ApplierIncidents observations) throws InterruptedException {
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

  /** Reports the last state; takes some seconds at most. */
  @Override
  public void close() {
    end.countDown();
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(JOIN_MILLIS);
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(INTERRUPTED_MILLIS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
