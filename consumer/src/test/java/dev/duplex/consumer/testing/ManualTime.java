package dev.duplex.consumer.testing;

import dev.duplex.schemas.time.Time;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** Time that passes when the test says so. */
public final class ManualTime implements Time {
  private long nanos = 1;

  /** Lets time pass. */
  public void pass(Duration duration) {
    nanos += duration.toNanos();
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Clock clock() {
    return Clock.fixed(Instant.EPOCH.plusNanos(nanos), ZoneOffset.UTC);
  }

  @Override
  public void sleep(Duration duration) {
    pass(duration);
  }
}
