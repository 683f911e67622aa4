package dev.duplex.lab;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A server that can be started, ended and broken on purpose. One thread at a time, unless a method
 * says otherwise.
 */
public interface Server extends AutoCloseable {
  /**
   * Starts it on its port with the data it has, and returns when it answers; does nothing if it is
   * running. After {@link #kill} or {@link #stop} it comes back with the same port and data.
   *
   * @throws LabException if it does not answer in time, with the last line of its log
   */
  void start() throws IOException, InterruptedException;

  /** Ends it in order; after some seconds with SIGKILL. */
  void stop() throws InterruptedException;

  /** Ends it at once, as {@code kill -9} of all its processes would. */
  void kill() throws InterruptedException;

  /** Stops all its processes with SIGSTOP: connections stay open, nothing answers. */
  void freeze() throws InterruptedException;

  /** Continues after {@link #freeze}. */
  void thaw() throws InterruptedException;

  /** Gives it a clock of its own from its next start on; null for this machine's. */
  void clock(@Nullable OwnClock clock);

  /** Whether its process lives; any thread may ask. */
  boolean isRunning();

  /** Stops it in order, if it runs, and starts it again. */
  default void restart() throws IOException, InterruptedException {
    stop();
    start();
  }

  /** Ends it without ceremony, if it runs; its data stays. Bounded in time. */
  @Override
  void close();
}
