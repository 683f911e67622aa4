package dev.duplex.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What the servers have in common that run as one child process in a directory of their own. */
abstract class ChildServer implements Server {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final String name;
  private final Path directory;
  private volatile @Nullable ChildProcess process;
  private @Nullable OwnClock clock;

  ChildServer(String name, Path directory) {
    this.name = name;
    this.directory = directory.toAbsolutePath();
  }

  /** Makes what the server needs before it can start; does nothing the second time. */
  abstract void prepare() throws IOException, InterruptedException;

  abstract List<String> command();

  /** Asks the server something real; an exception or false means that it is not ready yet. */
  abstract Callable<Boolean> readiness();

  /** The signal that ends the server in order. */
  String stopSignal() {
    return "TERM";
  }

  @Override
  public final void clock(@Nullable OwnClock newClock) {
    clock = newClock;
  }

  /** Gives a server that will not be started again the chance to take away what is not a file. */
  void giveUp(ChildProcess current) throws InterruptedException {}

  /** Where the server keeps its data, log and configuration. */
  public final Path directory() {
    return directory;
  }

  /** Everything it printed, over all starts. */
  public final Path log() {
    return directory.resolve(name + ".log");
  }

  @Override
  public final boolean isRunning() {
    ChildProcess current = process;
    return current != null && current.isAlive();
  }

  /**
   * The process id.
   *
   * @throws IllegalStateException if it was never started
   */
  public final long pid() {
    return started().pid();
  }

  @Override
  public void start() throws IOException, InterruptedException {
    if (isRunning()) {
      return;
    }
    Files.createDirectories(directory);
    prepare();
    List<String> command = clock == null ? command() : clock.command(command());
    ChildProcess current = ChildProcess.start(command, Map.of(), directory, log());
    process = current;
    Callable<Boolean> ready = readiness();
    try {
      Await.until(name + " to answer", START_LIMIT, () -> !current.isAlive() || ready.call());
    } catch (Await.TimedOutError e) {
      current.kill();
      throw failure("did not answer in time", current, e);
    }
    if (!current.isAlive()) {
      throw failure("ended while it started", current, null);
    }
  }

  @Override
  public void stop() throws InterruptedException {
    if (isRunning()) {
      ChildProcess current = started();
      current.thaw();
      current.end(stopSignal(), STOP_LIMIT);
    }
  }

  @Override
  public final void kill() throws InterruptedException {
    started().kill();
  }

  @Override
  public final void freeze() throws InterruptedException {
    started().freeze();
  }

  @Override
  public final void thaw() throws InterruptedException {
    started().thaw();
  }

  @Override
  public void close() {
    ChildProcess current = process;
    if (current == null) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      try {
        giveUp(current);
      } finally {
        interrupted |= Thread.interrupted();
        current.kill();
      }
    } catch (InterruptedException e) {
      // SIGKILL is on its way; only the wait for the end was cut short.
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs a command that prepares the server, with its output in the server's log. */
  final void runToEnd(List<String> command, Duration limit)
      throws IOException, InterruptedException {
    ChildProcess preparation = ChildProcess.start(command, Map.of(), directory, log());
    try {
      if (preparation.awaitExit(limit) != 0) {
        throw failure("could not be prepared", preparation, null);
      }
    } finally {
      preparation.kill();
    }
  }

  private LabException failure(String what, ChildProcess process, @Nullable Throwable cause) {
    String message =
        "%s %s; see %s, which ends with: %s".formatted(name, what, log(), process.lastLogLine());
    return cause == null ? new LabException(message) : new LabException(message, cause);
  }

  private ChildProcess started() {
    ChildProcess current = process;
    if (current == null) {
      throw new IllegalStateException(name + " was not started; call start() first");
    }
    return current;
  }
}
