package dev.duplex.schemas.time;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The machine's time. */
final class SystemTime implements Time {
  static final SystemTime INSTANCE = new SystemTime();

  private final Clock clock = Clock.systemUTC();

  private SystemTime() {}

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(duration.toNanos());
  }
}
