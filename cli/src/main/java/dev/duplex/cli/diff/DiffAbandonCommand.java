package dev.duplex.cli.diff;

import dev.duplex.admin.diff.DiffFileCustody;
import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.schemas.Position;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Gives up what a producer on another machine could not publish. */
@Command(
    name = "abandon",
    description = {
      "Gives up the diff files of a producer that does not come back.",
      "What is in them is lost to the secondary until 'duplex init --recopy'."
    },
    mixinStandardHelpOptions = true)
final class DiffAbandonCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LinkOptions link = new LinkOptions();

  DiffAbandonCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SQLException {
    DuplexConfig config = link.load();
    DiffFileCustody.Range range = DiffFileCustody.abandon(config);
    terminal.result(
        "link %s: the transactions from %s to at most %s in %s on %s are given up; the secondary"
                .formatted(
                    config.link(),
                    Position.format(range.first()),
                    Position.format(range.last()),
                    range.directory(),
                    range.host())
            + " lacks them until 'duplex init --recopy'");
    return ExitCode.DONE;
  }
}
