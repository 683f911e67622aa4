package dev.duplex.cli.shell;

import dev.duplex.config.ConfigException;
import dev.duplex.config.DuplexConfig;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of every command that works on a link. */
public final class LinkOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      defaultValue = "duplex.yaml",
      description = "Configuration of the link (default: ${DEFAULT-VALUE}).")
  private Path file = Path.of("duplex.yaml");

  @Option(names = "--verbose", description = "Show the trace of an error, and more in the log.")
  private boolean verbose;

  /**
   * Reads the file.
   *
   * @throws ConfigException with every problem
   */
  public DuplexConfig load() {
    return DuplexConfig.load(file);
  }

  public Path file() {
    return file;
  }

  public boolean verbose() {
    return verbose;
  }
}
