package dev.duplex.cli.demo;

import dev.duplex.cli.shell.Shutdown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs Duplex's own commands for the demo, and shows what they print. Owned by one thread. */
final class SubCommands {
  private final DemoCommand.Commands commands;
  private final Screen screen;
  private final Shutdown shutdown;
  private final boolean verbose;

  SubCommands(DemoCommand.Commands commands, Screen screen, Shutdown shutdown, boolean verbose) {
    this.commands = commands;
    this.screen = screen;
    this.shutdown = shutdown;
    this.verbose = verbose;
  }

  /**
   * Runs one on the demo's link.
   *
   * @return its exit code
   */
  int run(String name, Path config, String... options) throws InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(name, "-c", config.toString()));
    arguments.addAll(List.of(options));
    if (verbose) {
      arguments.add("--verbose");
    }
    screen.say("duplex %s", String.join(" ", arguments));
    int code = commands.run(screen.forCommands(), arguments.toArray(String[]::new));
    screen.clear();
    if (shutdown.isRequested()) {
      throw new InterruptedException("stopped");
    }
    return code;
  }
}
