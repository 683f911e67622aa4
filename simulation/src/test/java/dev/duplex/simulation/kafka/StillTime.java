package dev.duplex.simulation.kafka;

import dev.duplex.schemas.time.Time;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** Time that passes only while somebody waits. */
public final class StillTime implements Time {
  private long nanos = 1_000_000_000;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Clock clock() {
    return Clock.fixed(Instant.ofEpochSecond(0, nanos), ZoneOffset.UTC);
  }

  @Override
  public void sleep(Duration duration) {
    nanos += duration.toNanos();
  }
}
