package dev.duplex.status.topology;

/**
 * Whether this task would receive what a side reports: only then is silence the side's. It does
 * while signs of life come from the task that reads the topics. Owned by one thread.
 */
final class UpstreamHeartbeat {
  /** How often a sign of life is sent. */
  static final long BEAT_NANOS = 500_000_000L;

  private static final long DEAF_NANOS = 4 * BEAT_NANOS;

  private boolean listening;
  private long sinceNanos;
  private long beatNanos;

  void beat(long now) {
    if (!isListening(now)) {
      listening = true;
      sinceNanos = now;
    }
    beatNanos = now;
  }

  boolean isListening(long now) {
    listening = listening && now - beatNanos < DEAF_NANOS;
    return listening;
  }

  /** Since when it listens without a break; only if it does. */
  long sinceNanos() {
    return sinceNanos;
  }
}
