package dev.duplex.producer.relay;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waits between the steps of a loop that its own thread runs. {@link #wake} is for any thread. */
final class WakeUp {
  private final Semaphore woken = new Semaphore(0);

  /** Returns after a time, or at once if somebody has called {@link #wake} since the last wait. */
  void await(long nanos) throws InterruptedException {
    if (woken.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      woken.drainPermits();
    }
  }

  void wake() {
    if (woken.availablePermits() == 0) {
      woken.release();
    }
  }
}
