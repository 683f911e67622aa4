package dev.duplex.cli.compare;

import dev.duplex.admin.compare.DatabaseComparison;
import dev.duplex.admin.compare.TableResult;
import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.status.json.Json;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares both databases. */
@Command(
    name = "compare",
    description = {
      "Compares both databases row by row; exit code 0 identical, 3 different.",
      "Each is read in one snapshot, but not in the same one: let the link come to rest first."
    },
    mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Shutdown shutdown;

  @Mixin private LinkOptions link = new LinkOptions();

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "10",
      description = "Name at most N differing rows of each table (default: ${DEFAULT-VALUE}).")
  private int rows = 10;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  public CompareCommand(Terminal terminal, Shutdown shutdown) {
    this.terminal = terminal;
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws SQLException, InterruptedException {
    DuplexConfig config = link.load();
    shutdown.interruptThisThread();
    ShownComparison shown = new ShownComparison(terminal, json);
    List<TableResult> results;
    try {
      results = new DatabaseComparison(config, Math.max(0, rows)).run(shown);
    } finally {
      shown.clear();
    }
    boolean identical = results.stream().allMatch(TableResult::identical);
    terminal.result(
        json
            ? Json.line(ComparisonText.asMap(config.link(), identical, results))
            : ComparisonText.verdict(results));
    return identical ? ExitCode.DONE : ExitCode.DIVERGED;
  }
}
