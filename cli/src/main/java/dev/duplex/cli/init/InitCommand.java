package dev.duplex.cli.init;

import dev.duplex.admin.setup.CopyMode;
import dev.duplex.admin.setup.LinkSetup;
import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.status.json.Json;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sets a link up. */
@Command(
    name = "init",
    description = "Checks the prerequisites and sets the link up; can be run again.",
    mixinStandardHelpOptions = true)
public final class InitCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Shutdown shutdown;

  @Mixin private LinkOptions link = new LinkOptions();

  @Option(names = "--copy", description = "Copy existing rows, if the link is new.")
  private boolean copy;

  @Option(names = "--recopy", description = "Copy all rows again, for a link that lost its place.")
  private boolean recopy;

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  public InitCommand(Terminal terminal, Shutdown shutdown) {
    this.terminal = terminal;
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws SQLException, InterruptedException {
    DuplexConfig config = link.load();
    shutdown.interruptThisThread();
    InitReport report = new InitReport(config.link(), terminal, dryRun, json);
    CopyMode mode = recopy ? CopyMode.ALWAYS : copy ? CopyMode.IF_NEW : CopyMode.NEVER;
    try {
      LinkSetup.run(config, new LinkSetup.Request(mode, dryRun), report);
    } finally {
      report.clear();
    }
    report.end();
    if (json) {
      terminal.result(Json.line(report.asMap()));
    }
    return ExitCode.DONE;
  }
}
