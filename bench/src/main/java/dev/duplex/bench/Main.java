package dev.duplex.bench;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.lab.LabException;
import java.sql.SQLException;
import picocli.CommandLine;

/** Entry point of {@code bench/run}. */
public final class Main {
  private Main() {}

  /** Measures and ends the process: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    Shutdown shutdown = new Shutdown();
    shutdown.listen();
    shutdown.interruptThisThread();
    Terminal terminal = new Terminal(System.out, System.err, false);
    int code =
        new CommandLine(new BenchCommand(terminal))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((failure, any, parsed) -> tell(failure, terminal))
            .execute(args);
    shutdown.finished(code);
    System.exit(code);
  }

  private static int tell(Exception failure, Terminal terminal) {
    if (failure instanceof InterruptedException) {
      terminal.error("stopped; nothing is left running");
    } else if (failure instanceof BenchException
        || failure instanceof LabException
        || failure instanceof SQLException) {
      terminal.error(String.valueOf(failure.getMessage()));
    } else {
      failure.printStackTrace(terminal.err());
    }
    return ExitCode.FAILED;
  }
}
