package dev.duplex.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when this machine's clock was set back. Kafka's clients measure their pauses and limits by
 * the time of day: one that was made before would wait until that time has come again. So whoever
 * keeps a client makes another one then.
 *
 * <p>One thread looks for all of a JVM, and ends with the last watch. Any thread may call.
 */
public final class ClockWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);
  private static final long LOOK_MILLIS = 250;
  // Steps that are smaller make nobody wait for longer than that.
  private static final long TOLERATED_MILLIS = 1_000;
  private static final List<ClockWatch> WATCHES = new ArrayList<>();
  private static @Nullable Thread thread;

  private final Runnable whenSetBack;
  private volatile boolean setBack;

  private ClockWatch(Runnable whenSetBack) {
    this.whenSetBack = whenSetBack;
  }

  /** Watches from now on; whoever has it asks {@link #wasSetBack}. */
  public static ClockWatch open() {
    return open(() -> {});
  }

  /**
   * Watches from now on.
   *
   * @param whenSetBack ends what waits in the client, as a consumer's {@code wakeup} does; is
   *     called on the watching thread and returns at once
   */
  public static ClockWatch open(Runnable whenSetBack) {
    ClockWatch watch = new ClockWatch(whenSetBack);
    synchronized (WATCHES) {
      WATCHES.add(watch);
      if (thread == null) {
        thread = new Thread(ClockWatch::run, "duplex-clock");
        thread.setDaemon(true);
        thread.start();
      }
    }
    return watch;
  }

  /** Closes a producer then, so that a send that waits for the broker ends. */
  public static ClockWatch closing(Producer<?, ?> producer) {
    return open(
        () -> {
          // On a thread of its own: it waits for the producer's.
          Thread closing = new Thread(() -> producer.close(Duration.ZERO), "duplex-clock-close");
          closing.setDaemon(true);
          closing.start();
        });
  }

  /** Whether that has happened since this was opened. */
  public boolean wasSetBack() {
    return setBack;
  }

  private static void run() {
    long ahead = ahead();
    synchronized (WATCHES) {
      try {
        while (!WATCHES.isEmpty()) {
          WATCHES.wait(LOOK_MILLIS);
          long now = ahead();
          if (now < ahead - TOLERATED_MILLIS) {
            List.copyOf(WATCHES).forEach(ClockWatch::tell);
          }
          ahead = now;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // nobody does it but a JVM that ends
      } finally {
        thread = null;
      }
    }
  }

  /** How far the time of day is ahead of the time that passes. */
  private static long ahead() {
    return System.currentTimeMillis() - System.nanoTime() / 1_000_000;
  }

  private void tell() {
    setBack = true;
    try {
      whenSetBack.run();
    } catch (RuntimeException e) { // the others must be told, too
      LOG.warn("a client of Kafka may wait until the clock is as late again", e);
    }
  }

  @Override
  public void close() {
    synchronized (WATCHES) {
      WATCHES.remove(this);
      WATCHES.notifyAll();
    }
  }
}
