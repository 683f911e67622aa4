package dev.duplex.cli;

import dev.duplex.cli.compare.CompareCommand;
import dev.duplex.cli.demo.DemoCommand;
import dev.duplex.cli.diff.DiffCommand;
import dev.duplex.cli.init.InitCommand;
import dev.duplex.cli.remove.RemoveCommand;
import dev.duplex.cli.service.ConsumerCommand;
import dev.duplex.cli.service.MonitorCommand;
import dev.duplex.cli.service.ProducerCommand;
import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.cli.status.StatusCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the command line. */
@Command(
    name = "duplex",
    description = "Keeps a second database identical to the first through Apache Kafka.",
    mixinStandardHelpOptions = true,
    version = "duplex 0.1.0",
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private static final String INTERACTIVE = "duplex.terminal";

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    Shutdown shutdown = new Shutdown();
    shutdown.listen();
    Terminal terminal = new Terminal(System.out, System.err, Boolean.getBoolean(INTERACTIVE));
    int code = run(args, terminal, shutdown);
    shutdown.finished(code);
    System.exit(code);
  }

  /**
   * Runs a command in this process.
   *
   * @return its exit code
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, new Terminal(out, err, false), new Shutdown());
  }

  /**
   * Runs a command in this process; {@code shutdown} can end it.
   *
   * @return its exit code
   */
  public static int run(String[] args, Terminal terminal, Shutdown shutdown) {
    CommandLine commands = new CommandLine(new Main());
    commands.addSubcommand(new InitCommand(terminal, shutdown));
    commands.addSubcommand(new ProducerCommand(shutdown));
    commands.addSubcommand(new ConsumerCommand(shutdown));
    commands.addSubcommand(new MonitorCommand(shutdown));
    commands.addSubcommand(new StatusCommand(terminal, shutdown));
    commands.addSubcommand(new CompareCommand(terminal, shutdown));
    commands.addSubcommand(DiffCommand.create(terminal));
    commands.addSubcommand(new RemoveCommand(terminal, shutdown));
    commands.addSubcommand(
        new DemoCommand(terminal, shutdown, (nested, more) -> run(more, nested, shutdown)));
    commands.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    commands.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    commands.setParameterExceptionHandler(
        (e, ignored) -> {
          terminal.error(WrongUsage.line(e));
          return ExitCode.USAGE;
        });
    boolean verbose = List.of(args).contains("--verbose");
    FailureReport report = new FailureReport(terminal, verbose);
    commands.setExecutionExceptionHandler((e, ignored, parsed) -> report.exitCode(e));
    if (args.length == 0) {
      commands.usage(terminal.err());
      return ExitCode.USAGE;
    }
    return commands.execute(args);
  }
}
