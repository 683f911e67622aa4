package dev.duplex.cli.shell;

import dev.duplex.schemas.time.Time;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/**
 * Shows how far a long step is: a line that is drawn over where a person looks, else a plain line
 * now and then.
 *
 * <p>Owned by one thread.
 */
public final class ProgressBar {
  private static final long REDRAW_MILLIS = 200;
  private static final long PLAIN_LINE_MILLIS = 5_000;
  private static final int WIDTH = 24;
  private static final String ERASE = "\r\u001b[K";

  private final Terminal terminal;
  private final String what;
  private final String unit;
  private final Clock clock;
  private final long startMillis;
  private long shownMillis;

  public ProgressBar(Terminal terminal, String what, String unit) {
    this(terminal, what, unit, Time.system().clock());
  }

  ProgressBar(Terminal terminal, String what, String unit, Clock clock) {
    this.terminal = terminal;
    this.what = what;
    this.unit = unit;
    this.clock = clock;
    this.startMillis = clock.millis();
    this.shownMillis = startMillis;
  }

  /**
   * Shows the state, if it is time.
   *
   * @param total 0 if unknown; an estimate, which {@code done} may exceed
   */
  public void show(long done, long total) {
    long now = clock.millis();
    long pause = terminal.interactive() ? REDRAW_MILLIS : PLAIN_LINE_MILLIS;
    if (now - shownMillis < pause) {
      return;
    }
    shownMillis = now;
    if (terminal.interactive()) {
      terminal.err().print(ERASE + text(done, total, now - startMillis));
      terminal.err().flush();
    } else {
      terminal.note(text(done, total, now - startMillis));
    }
  }

  /** Erases the line, so that others can write. */
  public void clear() {
    if (terminal.interactive()) {
      terminal.err().print(ERASE);
      terminal.err().flush();
    }
  }

  private String text(long done, long total, long millis) {
    double rate = done * 1000.0 / Math.max(1, millis);
    StringBuilder text = new StringBuilder(what).append(": ");
    if (total > 0) {
      double part = Math.min(1.0, (double) done / total);
      if (terminal.interactive()) {
        int filled = (int) (part * WIDTH);
        text.append('[').append("#".repeat(filled)).append(".".repeat(WIDTH - filled)).append("] ");
      }
      text.append(String.format(Locale.ROOT, "%.0f%%, ", part * 100));
    }
    text.append(String.format(Locale.ROOT, "%,d %s, %,.0f/s", done, unit, rate));
    if (total > done && rate > 0) {
      text.append(", ").append(left(Duration.ofSeconds((long) ((total - done) / rate))));
    }
    return text.toString();
  }

  private static String left(Duration left) {
    return left.toMinutes() > 0
        ? "about %d min left".formatted(left.toMinutes() + 1)
        : "about %d s left".formatted(left.toSeconds() + 1);
  }
}
