package dev.duplex.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.status.page.Browser;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as users start it, in processes of its own. */
final class DemoIT {
  private static final Pattern PAGE = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+/");

  @TempDir private Path directory;

  @Test
  void shouldTellTheWholeStoryAndEnd() throws Exception {
    try (DemoRun demo = DemoRun.plain(directory, "--once")) {
      if (Browser.isInstalled()) {
        assertThat(watch(demo)).as(demo.shown()).contains("DIVERGED");
      } else {
        System.out.println("DemoIT: the page is not looked at, because there is no Chromium");
      }
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
    }
  }

  /** The states that the page shows while the story goes on, as long as there is a page. */
  private static List<String> watch(DemoRun demo) throws Exception {
    demo.await("watch it at ");
    Matcher address = PAGE.matcher(demo.shown());
    assertThat(address.find()).isTrue();
    try (StoryPictures pictures = new StoryPictures(URI.create(address.group() + "#/link/bank"))) {
      while (!demo.shown().contains("IDENTICAL:") && demo.isAlive()) {
        pictures.look();
      }
      return pictures.states();
    }
  }

  @Test
  void shouldObeyTheKeyboard() throws Exception {
    try (DemoRun demo = DemoRun.inTerminal(directory, "--seconds", "1")) {
      demo.await("All stays up: break it");
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
