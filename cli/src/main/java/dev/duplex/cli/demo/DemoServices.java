package dev.duplex.cli.demo;

import dev.duplex.lab.ChildProcess;
import dev.duplex.schemas.failure.SetupException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Producer and consumer as processes of their own, on the class path of this one.
 *
 * <p>Owned by one thread; {@link #close} ends both.
 */
final class DemoServices implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final String MAIN = "dev.duplex.cli.Main";

  private final Path directory;
  private final Path config;
  private final List<ChildProcess> processes = new ArrayList<>();

  DemoServices(Path directory, Path config) {
    this.directory = directory;
    this.config = config;
  }

  void start(String service) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(List.of(service, "-c", config.toString()));
    processes.add(
        ChildProcess.start(command, Map.of(), directory, directory.resolve(service + ".log")));
  }

  /**
   * Checks that both run.
   *
   * @throws SetupException with the last line of the one that does not
   */
  void requireAlive() {
    for (ChildProcess process : processes) {
      if (!process.isAlive()) {
        throw new SetupException(
            "the demo's " + process.log().getFileName() + " ends with: " + process.lastLogLine());
      }
    }
  }

  /** Asks them to end in order. */
  void stop() throws InterruptedException {
    for (ChildProcess process : processes) {
      process.terminate(STOP_LIMIT);
    }
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (ChildProcess process : processes) {
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
