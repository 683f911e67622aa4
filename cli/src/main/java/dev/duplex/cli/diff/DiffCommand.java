package dev.duplex.cli.diff;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What can be done with diff files. */
@Command(
    name = "diff",
    description = "Diff files: what could not be published, and lies on the disk.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class DiffCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  private DiffCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The command with its subcommands. */
  public static CommandLine create(Terminal terminal) {
    return new CommandLine(new DiffCommand(terminal))
        .addSubcommand(new DiffListCommand(terminal))
        .addSubcommand(new DiffShowCommand(terminal))
        .addSubcommand(new DiffVerifyCommand(terminal))
        .addSubcommand(new DiffApplyCommand(terminal))
        .addSubcommand(new DiffAdoptCommand(terminal))
        .addSubcommand(new DiffAbandonCommand(terminal));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(terminal.err());
    return ExitCode.USAGE;
  }
}
