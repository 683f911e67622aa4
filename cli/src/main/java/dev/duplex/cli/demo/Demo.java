package dev.duplex.cli.demo;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Keyboard;
import dev.duplex.lab.Lab;
import dev.duplex.lab.LabException;
import dev.duplex.lab.TpcbWorkload;
import dev.duplex.schemas.failure.SetupException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The demo's course.
 *
 * <p>Owned by one thread, which may be interrupted; then everything it started is ended.
 */
final class Demo {
  /** Those of {@link #run} before and the story's own. */
  static final int STEPS = 7;

  private static final int SCALE = 1;

  private final Screen screen;
  private final SubCommands commands;
  private final Duration load;

  Demo(Screen screen, SubCommands commands, Duration load) {
    this.screen = screen;
    this.commands = commands;
    this.load = load;
  }

  /**
   * Runs it.
   *
   * @param directory for all data; null for one that is deleted at the end
   * @param keyboard for the time after the story; null if the demo ends with it or nobody is there
   * @return the exit code
   * @throws SetupException also if the laboratory cannot do its part
   */
  int run(@Nullable Path directory, boolean once, @Nullable Keyboard keyboard)
      throws IOException, SQLException, InterruptedException {
    try {
      return inLaboratory(directory, once, keyboard);
    } catch (LabException e) {
      // Who reports it may not know the laboratory: it may be missing.
      SetupException failure = new SetupException(String.valueOf(e.getMessage()), e);
      List.of(e.getSuppressed()).forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private int inLaboratory(@Nullable Path directory, boolean once, @Nullable Keyboard keyboard)
      throws IOException, SQLException, InterruptedException {
    screen.step("Start a broker, a registry and two PostgreSQL servers");
    Lab.Builder parts = Lab.of();
    if (directory != null) {
      parts.keepIn(directory);
    }
    try (Lab lab = parts.start()) {
      screen.say("%s and %s", lab.primary(), lab.secondary());
      screen.say("%s, %s", lab.broker(), lab.registry());
      Path file = setUp(lab);
      try (Stage stage = new Stage(lab, file, screen, commands)) {
        int code = story(stage);
        if (!once && code == ExitCode.DONE) {
          return new Playground(stage, keyboard).play();
        }
        screen.say("all is being ended");
        stage.services().stop();
        return code;
      }
    }
  }

  private Path setUp(Lab lab) throws IOException, SQLException, InterruptedException {
    screen.step("Set up the link; the rows that are there are copied");
    lab.primary().createDatabase(Stage.DATABASE);
    lab.secondary().createDatabase(Stage.DATABASE);
    try (Connection bank = lab.primary().connect(Stage.DATABASE)) {
      TpcbWorkload.initialize(bank, SCALE);
    }
    screen.say("the primary has a bank of 100,000 accounts; the secondary is empty");
    Path file = DemoConfig.write(lab, Stage.DATABASE);
    int code = commands.run("init", file, "--copy");
    if (code != ExitCode.DONE) {
      throw new SetupException("the demo's 'duplex init' failed with exit code " + code);
    }
    return file;
  }

  private int story(Stage stage) throws IOException, SQLException, InterruptedException {
    Outage outage = new Outage(load);
    Comparison comparison = new Comparison();
    List<Step> steps =
        List.of(
            new StartServices(), new InStep(load), outage, new BrokerReturn(outage), comparison);
    for (Step step : steps) {
      screen.step(step.title());
      step.play(stage);
    }
    return comparison.exitCode();
  }
}
