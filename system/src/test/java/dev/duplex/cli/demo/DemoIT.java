package dev.duplex.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as users start it, in processes of its own. */
final class DemoIT {
  @TempDir private Path directory;

  @Test
  void shouldTellTheWholeStoryAndEnd() throws Exception {
    try (DemoRun demo = DemoRun.plain(directory, "--once", "--seconds", "3")) {
      demo.awaitExit(0);
      assertThat(demo.shown()).doesNotContain("\u001b", "\r");
      demo.assertShown(
          "[1/7] Start a broker, a registry and two PostgreSQL servers",
          "[2/7] Set up the link",
          "link bank is set up",
          "[3/7] Start producer, consumer and monitor",
          "the link is IN_SYNC",
          "watch it at http://127.0.0.1:",
          "[4/7] 2 clients move money",
          "[5/7] The broker is killed",
          "the link is DIVERGED (BROKER_UNREACHABLE)",
          "transfers in",
          "diff file ",
          "[6/7] The broker returns",
          "the broker answers",
          "IN_SYNC -> DIVERGED (BROKER_UNREACHABLE)",
          "DIVERGED -> RECOVERING (BROKER_UNREACHABLE)",
          "RECOVERING -> IN_SYNC (BROKER_UNREACHABLE)",
          "drained and applied in",
          "[7/7] The load ends",
          "IDENTICAL: 4 tables",
          "both databases are identical",
          "nothing is left running");
      demo.assertNothingLeft();
      demo.assertNoFileLeft();
    }
  }

  @Test
  void shouldShowTheStoryOnThePageAndObeyTheKeyboard() throws Exception {
    try (Story story = Story.open();
        DemoRun demo = DemoRun.inTerminal(directory, "--seconds", "5")) {
      demo.await("watch it at ");
      story.watch(demo);
      demo.await("All stays up: break it");
      story.assertTold();
      demo.assertShown("[####", "drained and applied in", "both databases are identical");
      demo.press("?");
      demo.await("keys: ");
      demo.press("c");
      demo.await("the consumer is killed");
      demo.press("l");
      demo.await("the clients move money");
      demo.press("c");
      demo.await("the consumer starts");
      demo.press("p");
      demo.await("both databases are identical");
      demo.press("q");
      demo.await("nothing is left running");
      demo.awaitExit(0);
      demo.assertTerminalRestored();
      demo.assertNothingLeft();
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenInterrupted() throws Exception {
    try (DemoRun demo = DemoRun.inTerminal(directory)) {
      demo.await("2 clients move money");
      demo.press("\u0003");
      demo.await("stopped; nothing is left running");
      demo.awaitExit(0);
      demo.assertTerminalRestored();
      demo.assertNothingLeft();
    }
  }
}
