package dev.duplex.cli.shell;

import java.io.PrintStream;

/**
 * Where a command writes: results to {@code out}, everything else to {@code err}.
 *
 * @param interactive whether a person looks at {@code err}, so that a line may be drawn over
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive) {
  /** A line of the result. */
  public void result(String line) {
    out.println(line);
    out.flush();
  }

  /** A line about what goes on. */
  public void note(String line) {
    err.println(line);
    err.flush();
  }

  public void warn(String line) {
    note("warning: " + line);
  }

  /** Each line of a message as an error. */
  public void error(String message) {
    message.lines().forEach(line -> note("duplex: " + line));
  }
}
