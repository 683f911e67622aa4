package dev.duplex.cli.demo;

import dev.duplex.cli.shell.ExitCode;
import java.sql.SQLException;

/** The load ends, the secondary catches up, and both databases are compared. */
final class Comparison implements Step {
  private int exitCode = ExitCode.FAILED;

  @Override
  public String title() {
    return "The load ends; both databases are compared";
  }

  /** Of the comparison. */
  int exitCode() {
    return exitCode;
  }

  @Override
  public void play(Stage stage) throws SQLException, InterruptedException {
    Screen screen = stage.screen();
    stage.load().stop();
    long end = stage.primaryPosition();
    long start = stage.nanos();
    stage.await(
        "the secondary to be in step",
        () -> stage.isInStep(end),
        () -> screen.live(LinkLine.of(stage)));
    screen.say("the secondary is in step after %.1f s", stage.seconds(start));
    exitCode = now(stage);
  }

  /**
   * Compares databases that are at rest.
   *
   * @return the command's exit code
   */
  static int now(Stage stage) throws InterruptedException {
    int code = stage.commands().run("compare", stage.file());
    Screen screen = stage.screen();
    switch (code) {
      case ExitCode.DONE -> screen.say("%s", screen.good("both databases are identical"));
      case ExitCode.DIVERGED -> screen.say("%s", screen.bad("the databases DIFFER"));
      default -> screen.say("%s", screen.bad("the databases could not be compared"));
    }
    return code;
  }
}
