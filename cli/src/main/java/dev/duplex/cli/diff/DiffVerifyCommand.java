package dev.duplex.cli.diff;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.producer.spool.Damage;
import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.status.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks diff files. */
@Command(
    name = "verify",
    description = {
      "Reads diff files from begin to end and checks everything;",
      "exit code 4 if something is damaged, with the positions that are affected."
    },
    mixinStandardHelpOptions = true)
final class DiffVerifyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private DiffFileOptions files = new DiffFileOptions();

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  DiffVerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    DiffFiles.Verification found = files.open().verify();
    if (json) {
      terminal.result(Json.line(DiffText.asMap(found)));
    } else {
      found.damages().stream().map(Damage::describe).forEach(terminal::result);
      terminal.result(DiffText.verdict(found));
    }
    return found.damages().isEmpty() ? ExitCode.DONE : ExitCode.HALTED;
  }
}
