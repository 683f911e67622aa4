package dev.duplex.producer;

import dev.duplex.schemas.time.Time;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A time that passes when a test says so. Not thread-safe. */
public final class ManualTime implements Time {
  private long nanos;
  private Instant ofDay = Instant.ofEpochSecond(1_800_000_000);

  /** Lets time pass. */
  public void pass(Duration duration) {
    nanos += duration.toNanos();
    ofDay = ofDay.plus(duration);
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public void sleep(Duration duration) {
    pass(duration);
  }

  @Override
  public Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Instant instant() {
        return ofDay;
      }
    };
  }
}
