package dev.duplex.cli.demo;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Keyboard;
import dev.duplex.lab.Server;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * After the story all stays up, and whoever is at the keyboard may break it. Owned by the demo's
 * thread.
 */
final class Playground {
  private static final Duration LOAD = Duration.ofSeconds(10);
  private static final String KEYS =
      "kill, restore: b broker, c consumer, s secondary; l more load, p compare, q quit";

  private final Stage stage;
  private final Screen screen;
  private final @Nullable Keyboard keyboard;
  private @Nullable Long loadEndNanos;
  private @Nullable Long comparedEnd; // the primary's log that a comparison waits for
  private int exitCode = ExitCode.DONE;
  private String shown = "";

  Playground(Stage stage, @Nullable Keyboard keyboard) {
    this.stage = stage;
    this.screen = stage.screen();
    this.keyboard = keyboard;
  }

  /**
   * Returns when it is told to quit; without a keyboard only an interrupt ends it.
   *
   * @return the exit code of the last comparison
   */
  int play() throws IOException, SQLException, InterruptedException {
    screen.step(keyboard == null ? "All stays up until Ctrl-C" : "All stays up: break it");
    screen.say("watch it at %s", screen.strong(stage.page().toString()));
    screen.say("or with ./duplex status --follow -c %s", stage.file());
    if (keyboard != null) {
      keyboard.forget();
    }
    boolean goOn = true;
    while (goOn) {
      stage.tick();
      endLoadInTime();
      compareAtRest();
      show();
      Character key = keyboard == null ? null : keyboard.next(Duration.ZERO);
      goOn = key == null || obey(key);
    }
    return exitCode;
  }

  private boolean obey(char key) throws IOException, SQLException, InterruptedException {
    switch (key) {
      case 'b' -> toggle("broker", key, stage.lab().broker());
      case 's' -> toggle("secondary", key, stage.lab().secondary());
      case 'c' -> toggleConsumer();
      case 'l' -> moreLoad();
      case 'p' -> compare();
      case 'q' -> {
        stage.load().stop();
        screen.say("all is being ended");
        return false;
      }
      default -> screen.say("keys: %s", KEYS);
    }
    return true;
  }

  private void toggle(String name, char key, Server server)
      throws IOException, InterruptedException {
    long start = stage.nanos();
    if (server.isRunning()) {
      server.kill();
      screen.say("the %s is killed; %s restores it", name, key);
    } else {
      screen.say("the %s starts ...", name);
      stage.meanwhile(server::start, this::draw);
      screen.say("the %s answers after %.1f s", name, stage.seconds(start));
    }
  }

  private void toggleConsumer() throws IOException, InterruptedException {
    DemoServices services = stage.services();
    if (services.isUp(StartServices.CONSUMER)) {
      services.kill(StartServices.CONSUMER);
      screen.say("the consumer is killed; c restores it");
    } else {
      services.start(StartServices.CONSUMER);
      screen.say("the consumer starts");
    }
  }

  private void moreLoad() {
    comparedEnd = null; // it needs databases at rest
    if (loadEndNanos == null) {
      stage.load().start();
      loadEndNanos = stage.nanos() + LOAD.toNanos();
      screen.say("the clients move money for %d s", LOAD.toSeconds());
    } else {
      loadEndNanos += LOAD.toNanos();
      screen.say("the clients move money for %d s more", LOAD.toSeconds());
    }
  }

  private void endLoadInTime() throws InterruptedException {
    if (loadEndNanos != null && stage.nanos() - loadEndNanos >= 0) {
      endLoad();
    }
  }

  private void endLoad() throws InterruptedException {
    if (loadEndNanos != null) {
      loadEndNanos = null;
      stage.load().stop();
      screen.say("the clients rest");
    }
  }

  private void compare() throws SQLException, InterruptedException {
    endLoad();
    comparedEnd = stage.primaryPosition();
    if (!stage.isInStep(comparedEnd)) {
      screen.say("the comparison waits until the secondary is in step");
    }
  }

  private void compareAtRest() throws InterruptedException {
    if (comparedEnd != null && stage.isInStep(comparedEnd)) {
      comparedEnd = null;
      exitCode = Comparison.now(stage);
    }
  }

  /** Draws how all is; where nothing can be drawn over, only a change of state is news. */
  private void show() {
    if (screen.isLive()) {
      draw();
      return;
    }
    String state = LinkLine.state(stage);
    if (!state.equals(shown)) {
      shown = state;
      screen.say("the link is %s", state);
    }
  }

  private void draw() {
    if (keyboard == null) {
      screen.live(LinkLine.of(stage));
    } else {
      screen.live(LinkLine.of(stage), KEYS);
    }
  }
}
