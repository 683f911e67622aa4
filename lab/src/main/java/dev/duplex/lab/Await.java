package dev.duplex.lab;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits for a condition with a limit: what tests use instead of sleeping. */
public final class Await {
  private static final long FIRST_PAUSE_MILLIS = 5;
  private static final long LONGEST_PAUSE_MILLIS = 100;

  private Await() {}

  /** A condition that did not become true within its limit. */
  public static final class TimedOutError extends AssertionError {
    TimedOutError(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Returns as soon as the condition is true. It is asked by the calling thread, often at first and
   * then ten times a second. An exception of the condition means "not yet", because the server it
   * asks may be down; the last one becomes the cause of the error.
   *
   * @param what what is waited for, to be read after "Waited 10.0 s for "
   * @throws TimedOutError if the condition is not true within the limit
   * @throws InterruptedException if this thread is interrupted, also by the condition
   */
  public static void until(String what, Duration limit, Callable<Boolean> condition)
      throws InterruptedException {
    long start = System.nanoTime();
    long pauseMillis = FIRST_PAUSE_MILLIS;
    while (true) {
      Exception failure = null;
      try {
        if (condition.call()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        failure = e;
      }
      long elapsedNanos = System.nanoTime() - start;
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(limit.toNanos() - elapsedNanos);
      if (leftMillis <= 0) {
        throw timedOut(what, elapsedNanos, failure);
      }
      Thread.sleep(Math.min(pauseMillis, leftMillis));
      pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    }
  }

  private static TimedOutError timedOut(
      String what, long elapsedNanos, @Nullable Exception failure) {
    String message = "Waited %.1f s for %s".formatted(elapsedNanos / 1e9, what);
    return new TimedOutError(failure == null ? message : message + ": " + failure, failure);
  }
}
