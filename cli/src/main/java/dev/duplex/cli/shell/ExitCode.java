package dev.duplex.cli.shell;

/** What the exit codes mean. */
public final class ExitCode {
  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int DIVERGED = 3;
  public static final int HALTED = 4;

  private ExitCode() {}
}
