package dev.duplex.cli.diff;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.producer.spool.DiffFileSummary;
import dev.duplex.status.json.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists diff files. */
@Command(
    name = "list",
    description = "Lists diff files with their positions, transactions and changes.",
    mixinStandardHelpOptions = true)
final class DiffListCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private DiffFileOptions files = new DiffFileOptions();

  @Option(names = "--json", description = "Print JSON, one line for each file.")
  private boolean json;

  DiffListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<DiffFileSummary> list = files.open().list();
    for (DiffFileSummary file : list) {
      terminal.result(json ? Json.line(DiffText.asMap(file)) : DiffText.line(file));
    }
    if (list.isEmpty() && !json) {
      terminal.result("no diff files: nothing waits to be published");
    }
    return ExitCode.DONE;
  }
}
