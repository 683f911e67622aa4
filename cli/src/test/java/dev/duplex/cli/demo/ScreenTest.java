package dev.duplex.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.shell.ProgressBar;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.lab.Await;
import dev.duplex.schemas.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ScreenTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

  @Test
  void shouldPrintPlainLinesWhereNobodyLooks() {
    Screen screen = screen(false);
    screen.step("Start");
    screen.say("%,d rows", 1_000);
    screen.live("not so soon");
    screen.step("End");
    assertThat(text().lines().map(line -> line.replaceFirst("^ *\\d+\\.\\d s  ", "")))
        .containsExactly("[1/2] Start", "  1,000 rows", "[2/2] End");
  }

  @Test
  void shouldEraseWhatWasDrawnBeforeALine() throws Exception {
    Screen screen = screen(true);
    draw(screen, "one", "two");
    assertThat(text()).contains("one\n").contains("two");
    shown.reset();
    screen.say("done");
    assertThat(text()).startsWith("\r\u001b[1A\u001b[J").endsWith("done\n");
  }

  @Test
  void shouldDrawTheBarOfACommandAndTellItsLines() throws Exception {
    Screen screen = screen(true);
    Terminal terminal = screen.forCommands();
    ProgressBar bar = new ProgressBar(terminal, "copy", "rows");
    Await.until(
        "the bar",
        LIMIT,
        () -> {
          bar.show(1, 2);
          return text().contains("copy: [############............] 50%");
        });
    bar.clear();
    terminal.note("copied 2 rows");
    assertThat(text()).endsWith("copied 2 rows\n").doesNotContain("\u001b[K");
  }

  private void draw(Screen screen, String... lines) throws Exception {
    Await.until(
        "lines to be drawn",
        LIMIT,
        () -> {
          screen.live(lines);
          return shown.size() > 0;
        });
  }

  private Screen screen(boolean live) {
    PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    return new Screen(new Terminal(out, out, live), live, false, 2, Time.system());
  }

  private String text() {
    return shown.toString(StandardCharsets.UTF_8);
  }
}
