package dev.duplex.cli;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.ConfigException;
import dev.duplex.database.SqlFailure;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import java.sql.SQLException;

/** Tells a failure in a line that says what to do, and which exit code it has. */
final class FailureReport {
  private final Terminal terminal;
  private final boolean verbose;

  FailureReport(Terminal terminal, boolean verbose) {
    this.terminal = terminal;
    this.verbose = verbose;
  }

  int exitCode(Throwable failure) {
    int code = tell(failure);
    if (verbose) {
      failure.printStackTrace(terminal.err());
    }
    return code;
  }

  private int tell(Throwable failure) {
    if (failure instanceof ConfigException e) {
      e.problems().forEach(terminal::error);
      return ExitCode.USAGE;
    }
    if (failure instanceof DuplexException e) {
      return duplex(e);
    }
    if (failure instanceof SQLException e) {
      terminal.error("database: " + SqlFailure.line(e));
      return ExitCode.FAILED;
    }
    if (failure instanceof InterruptedException) {
      terminal.error("stopped before the end");
      return ExitCode.FAILED;
    }
    String text = failure.toString().lines().findFirst().orElse("");
    terminal.error("unexpected: " + text + (verbose ? "" : " (--verbose shows the trace)"));
    return ExitCode.FAILED;
  }

  private int duplex(DuplexException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof HaltException e) {
      terminal.error("HALTED (" + e.reason() + "): " + message);
      return ExitCode.HALTED;
    }
    if (failure instanceof FencedException) {
      terminal.error("FENCED: " + message);
      return ExitCode.FAILED;
    }
    terminal.error(message);
    return ExitCode.FAILED;
  }
}
