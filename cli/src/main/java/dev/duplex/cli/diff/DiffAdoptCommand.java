package dev.duplex.cli.diff;

import dev.duplex.admin.diff.DiffFileCustody;
import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.schemas.Position;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes over what a producer on another machine could not publish. */
@Command(
    name = "adopt",
    description = {
      "Takes over the diff files of a producer that does not come back:",
      "copies them to this machine's spool.directory, whose producer then publishes them."
    },
    mixinStandardHelpOptions = true)
final class DiffAdoptCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private LinkOptions link = new LinkOptions();

  @Parameters(
      paramLabel = "DIR",
      description = "The link's directory of the other machine, or a copy of it.")
  private Path directory = Path.of("");

  DiffAdoptCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SQLException {
    DuplexConfig config = link.load();
    DiffFileCustody.Range range = DiffFileCustody.adopt(config, directory);
    terminal.result(
        "link %s: the transactions from %s to %s of producer %s are in %s now, and are published by"
                .formatted(
                    config.link(),
                    Position.format(range.first()),
                    Position.format(range.last()),
                    range.instance(),
                    range.directory())
            + " 'duplex producer' here");
    return ExitCode.DONE;
  }
}
