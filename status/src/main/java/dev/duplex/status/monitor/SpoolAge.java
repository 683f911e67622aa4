package dev.duplex.status.monitor;

import dev.duplex.status.service.SpoolReport;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How old the oldest commit in the diff files is at least. The primary's clock is read off the
 * first commit that was seen there and goes on with the time elapsed here, so that no two clocks
 * are compared. Owned by one thread.
 */
final class SpoolAge {
  private long anchorMicros;
  private long anchorNanos;

  Duration of(SpoolReport spool, long now) {
    if (spool.transactions() == 0 || spool.oldestCommitMicros() <= 0) {
      anchorMicros = 0;
      return Duration.ZERO;
    }
    if (anchorMicros == 0) {
      anchorMicros = spool.oldestCommitMicros();
      anchorNanos = now;
    }
    long primaryMicros = anchorMicros + (now - anchorNanos) / 1_000;
    return Duration.of(Math.max(0, primaryMicros - spool.oldestCommitMicros()), ChronoUnit.MICROS);
  }
}
