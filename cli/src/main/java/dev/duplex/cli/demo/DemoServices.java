package dev.duplex.cli.demo;

import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.JavaCommand;
import dev.duplex.schemas.failure.SetupException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Duplex's services as processes of their own, on the class path of this one.
 *
 * <p>Owned by one thread; {@link #close} ends all.
 */
final class DemoServices implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final String MAIN = "dev.duplex.cli.Main";

  private final Path directory;
  private final Path config;
  private final Map<String, ChildProcess> processes = new LinkedHashMap<>();

  DemoServices(Path directory, Path config) {
    this.directory = directory;
    this.config = config;
  }

  void start(String service) throws IOException {
    List<String> command = JavaCommand.of("-Xmx256m", "-XX:+UseSerialGC");
    // Native libraries are unpacked there, which stay if the service is killed.
    command.add("-Djava.io.tmpdir=" + directory);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(List.of(service, "-c", config.toString()));
    processes.put(
        service,
        ChildProcess.start(command, Map.of(), directory, directory.resolve(service + ".log")));
  }

  /** Ends one as {@code kill -9} would. */
  void kill(String service) throws InterruptedException {
    ChildProcess process = processes.remove(service);
    if (process != null) {
      process.kill();
    }
  }

  /** Whether it was started and not killed. */
  boolean isUp(String service) {
    return processes.containsKey(service);
  }

  /**
   * Checks that those run that were not killed.
   *
   * @throws SetupException with the last line of one that does not
   */
  void requireAlive() {
    for (ChildProcess process : processes.values()) {
      if (!process.isAlive()) {
        throw new SetupException(
            "the demo's " + process.log().getFileName() + " ends with: " + process.lastLogLine());
      }
    }
  }

  /** Asks all to end in order, at the same time. */
  void stop() throws InterruptedException {
    List<Thread> stops = new ArrayList<>();
    for (ChildProcess process : processes.values()) {
      Thread stop = new Thread(() -> stop(process), "duplex-demo-stop");
      stop.start();
      stops.add(stop);
    }
    for (Thread stop : stops) {
      stop.join();
    }
  }

  private static void stop(ChildProcess process) {
    try {
      process.terminate(STOP_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is killed with the others
    }
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (ChildProcess process : processes.values()) {
      try {
        process.kill();
      } catch (InterruptedException e) {
        interrupted = true; // the guardian ends it with this process at the latest
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
