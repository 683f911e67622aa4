package dev.duplex.consumer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Given once, by any thread; whoever pauses wakes up at it. */
final class StopSignal {
  private final CountDownLatch given = new CountDownLatch(1);

  void give() {
    given.countDown();
  }

  boolean isGiven() {
    return given.getCount() == 0;
  }

  /** Pauses; whether the signal was given before the time was over. */
  boolean pause(Duration duration) throws InterruptedException {
    return given.await(duration.toNanos(), TimeUnit.NANOSECONDS);
  }
}
