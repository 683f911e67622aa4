package dev.duplex.schemas.time;

import java.time.Clock;
import java.time.Duration;

/**
 * The one source of time: elapsed time, waiting, and the time of day. Nothing else of Duplex asks
 * the system for them, so that tests and the simulation decide how time passes.
 *
 * <p>Thread-safe.
 */
public interface Time {
  /** The machine's. */
  static Time system() {
    return SystemTime.INSTANCE;
  }

  /** Elapsed time in nanoseconds, as {@link System#nanoTime}: only differences mean something. */
  long nanos();

  /** The time of day, which may be set. */
  Clock clock();

  /** Waits. */
  void sleep(Duration duration) throws InterruptedException;

  /** Elapsed time in milliseconds; only differences mean something. */
  default long millis() {
    return nanos() / 1_000_000;
  }

  /** The time of day: microseconds since 1970. */
  default long micros() {
    var now = clock().instant();
    return Math.addExact(
        Math.multiplyExact(now.getEpochSecond(), 1_000_000L), now.getNano() / 1_000);
  }
}
