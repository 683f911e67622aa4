package dev.duplex.schemas.time;

import java.time.Duration;

/** What runs loops. Thread-safe. */
public interface Loops {
  /** Runs each loop on a daemon thread of its own. */
  Loops THREADS = LoopThread::start;

  /**
   * Starts a loop. What a step throws ends it; a loop that must not die in silence keeps its
   * failure for those who ask.
   *
   * @param name of the thread
   */
  Running start(String name, Loop loop);

  /** A loop that was started. Thread-safe. */
  interface Running {
    /** Lets the next step come now, though less time has passed than the last one had said. */
    void wake();

    /** Interrupts the loop; it is not stepped again once the current step has ended. */
    void stop();

    /**
     * Waits until it has ended.
     *
     * @return whether it has, within the limit
     */
    boolean join(Duration limit) throws InterruptedException;
  }
}
