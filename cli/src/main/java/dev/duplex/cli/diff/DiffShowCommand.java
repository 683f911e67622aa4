package dev.duplex.cli.diff;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.status.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the changes in diff files. */
@Command(
    name = "show",
    description = "Prints the changes in diff files in order, as JSON, one line each.",
    mixinStandardHelpOptions = true)
final class DiffShowCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private DiffFileOptions files = new DiffFileOptions();

  // Every command that prints data takes it; here it changes nothing.
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--json", description = "It is JSON in any case.")
  private boolean json;

  DiffShowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    files.open().read(change -> terminal.out().println(Json.line(ChangeJson.asMap(change))));
    terminal.out().flush();
    return ExitCode.DONE;
  }
}
