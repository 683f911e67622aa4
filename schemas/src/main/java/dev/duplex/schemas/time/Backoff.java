package dev.duplex.schemas.time;

import java.time.Duration;

/** Pauses between attempts: 100 ms, doubled up to 5 s. Not thread-safe. */
public final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private Duration next = FIRST;

  /** Whether no attempt has failed since the last success. */
  public boolean isFirst() {
    return next.equals(FIRST);
  }

  /** How long to wait before the next attempt. */
  public Duration next() {
    Duration now = next;
    Duration doubled = now.multipliedBy(2);
    next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return now;
  }

  /** An attempt has succeeded. */
  public void reset() {
    next = FIRST;
  }
}
