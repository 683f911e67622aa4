package dev.duplex.producer.relay;

/** Pauses between tries: 100 ms, doubling up to 5 s. */
final class Backoff {
  private static final long FIRST_MILLIS = 100;
  private static final long LAST_MILLIS = 5_000;

  private long next = FIRST_MILLIS;

  /** Whether no try has failed since the last success. */
  boolean isFirst() {
    return next == FIRST_MILLIS;
  }

  long nextMillis() {
    long millis = next;
    next = Math.min(LAST_MILLIS, next * 2);
    return millis;
  }

  void reset() {
    next = FIRST_MILLIS;
  }
}
