package dev.duplex.lab;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** When bytes may pass a {@link FaultProxy}; a change takes effect for those that wait already. */
final class Passage {
  static final int BUFFER_BYTES = 64 * 1024;

  private static final long SLICES_PER_SECOND = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean frozen;
  private long delayNanos;
  private long bytesPerSecond = Long.MAX_VALUE;

  void open() {
    set(false, 0, Long.MAX_VALUE);
  }

  void freeze() {
    set(true, 0, Long.MAX_VALUE);
  }

  void delay(Duration delay) {
    set(false, delay.toNanos(), Long.MAX_VALUE);
  }

  void limit(long rate) {
    set(false, 0, rate);
  }

  /** Lets those that wait look again whether their connection has been abandoned. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How much to read at once: little at a low rate, so that it flows evenly. */
  int pieceBytes() {
    lock.lock();
    try {
      return (int) Math.max(1, Math.min(BUFFER_BYTES, bytesPerSecond / SLICES_PER_SECOND));
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many bytes may pass; false if the connection was abandoned meanwhile. */
  boolean await(int bytes, BooleanSupplier abandoned) throws InterruptedException {
    long start = System.nanoTime();
    lock.lock();
    try {
      while (!abandoned.getAsBoolean()) {
        if (frozen) {
          changed.await();
          continue;
        }
        double rateNanos = bytes * (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        long leftNanos = start + delayNanos + (long) rateNanos - System.nanoTime();
        if (leftNanos <= 0) {
          return true;
        }
        changed.awaitNanos(leftNanos);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void set(boolean newFrozen, long newDelayNanos, long newBytesPerSecond) {
    lock.lock();
    try {
      frozen = newFrozen;
      delayNanos = newDelayNanos;
      bytesPerSecond = newBytesPerSecond;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
