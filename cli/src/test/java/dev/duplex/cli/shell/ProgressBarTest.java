package dev.duplex.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class ProgressBarTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final HandClock clock = new HandClock();

  @Test
  void shouldDrawOverItsLineForAPerson() {
    ProgressBar bar = bar(true);
    clock.advance(Duration.ofSeconds(2));
    bar.show(500, 1_000);
    bar.clear();
    assertThat(text()).contains("[############............] 50%, 500 rows, 250/s, about 3 s left");
    assertThat(text()).endsWith("\r\u001b[K").doesNotContain("\n");
  }

  @Test
  void shouldWriteALineNowAndThenElse() {
    ProgressBar bar = bar(false);
    for (int second = 1; second <= 11; second++) {
      clock.advance(Duration.ofSeconds(1));
      bar.show(second * 100L, 0);
    }
    assertThat(text().lines()).containsExactly("copy: 500 rows, 100/s", "copy: 1,000 rows, 100/s");
  }

  private ProgressBar bar(boolean interactive) {
    PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    return new ProgressBar(new Terminal(out, out, interactive), "copy", "rows", clock);
  }

  private String text() {
    return shown.toString(StandardCharsets.UTF_8);
  }

  private static final class HandClock extends Clock {
    private Instant now = Instant.EPOCH;

    void advance(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
