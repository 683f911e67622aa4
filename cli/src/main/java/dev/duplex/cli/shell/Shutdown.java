package dev.duplex.cli.shell;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Turns SIGTERM and SIGINT into an orderly end: runs the action of the command at work, waits for
 * it and ends the process with the command's own exit code.
 *
 * <p>Thread-safe; the action runs on the JVM's shutdown thread.
 */
public final class Shutdown {
  private static final long END_LIMIT_SECONDS = 25;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode = ExitCode.FAILED;
  private @Nullable Runnable action;
  private boolean requested;

  /** Lets this object answer the signals that this process gets. */
  public void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::onSignal, "duplex-shutdown"));
  }

  /** Sets what ends the command at work; it must return soon. Runs at once if it is too late. */
  public void onRequest(Runnable stop) {
    boolean now;
    synchronized (this) {
      action = stop;
      now = requested;
    }
    if (now) {
      stop.run();
    }
  }

  /** The command at work is ended by interrupting the current thread. */
  public void interruptThisThread() {
    onRequest(Thread.currentThread()::interrupt);
  }

  /** Whether a signal came. */
  public synchronized boolean isRequested() {
    return requested;
  }

  /** The command has ended and said all it had to say. */
  public void finished(int code) {
    exitCode = code;
    ended.countDown();
  }

  private void onSignal() {
    if (ended.getCount() == 0) {
      return; // no signal, the end itself; it also deletes what native libraries have unpacked
    }
    Runnable stop;
    synchronized (this) {
      requested = true;
      stop = action;
    }
    if (stop != null) {
      stop.run();
    }
    try {
      if (stop == null || ended.await(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        System.out.flush();
        System.err.flush();
        if (stop != null) {
          // A shutdown in progress takes no other exit code.
          Runtime.getRuntime().halt(exitCode);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the JVM ends anyway
    }
  }
}
