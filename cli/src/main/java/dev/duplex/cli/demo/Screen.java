package dev.duplex.cli.demo;

import dev.duplex.cli.shell.Terminal;
import dev.duplex.cli.shell.TerminalDevice;
import dev.duplex.schemas.time.Time;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The demo's output: lines with the time since the start and, where a person looks, lines below
 * them that are drawn over. Elsewhere those are printed now and then, as lines like the others.
 *
 * <p>Owned by one thread.
 */
final class Screen {
  private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PLAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String BOLD = "1";
  private static final String DIM = "2";
  private static final String RED = "31";
  private static final String GREEN = "32";
  private static final String YELLOW = "33";

  // A line that is too long is cut off instead of wrapped: it could not be drawn over.
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final Terminal terminal;
  private final boolean live;
  private final boolean colours;
  private final int steps;
  private final Time time;
  private final long startNanos;
  private int step;
  private int drawn;
  private long drawnNanos;
  private String shown = "";

  Screen(Terminal terminal, boolean live, boolean colours, int steps, Time time) {
    this.terminal = terminal;
    this.live = live;
    this.colours = colours;
    this.steps = steps;
    this.time = time;
    this.startNanos = time.nanos();
    this.drawnNanos = startNanos;
  }

  /**
   * Chooses what suits the terminal.
   *
   * @param steps how many there will be
   */
  static Screen on(Terminal terminal, int steps, Time time) {
    boolean live =
        terminal.interactive()
            && TerminalDevice.is(TerminalDevice.OUTPUT)
            && !"dumb".equals(System.getenv("TERM"));
    boolean colours = live && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    return new Screen(terminal, live, colours, steps, time);
  }

  /** Whether lines can be drawn over. */
  boolean isLive() {
    return live;
  }

  /** The time that this screen goes by. */
  Time time() {
    return time;
  }

  double seconds() {
    return (time.nanos() - startNanos) / 1e9;
  }

  /** Begins a step. */
  void step(String title) {
    step++;
    if (live && step > 1) {
      clear();
      terminal.result("");
    }
    line(strong("[%d/%d] %s".formatted(step, steps, title)));
    drawnNanos = time.nanos();
  }

  /** A line of the story. */
  void say(String format, Object... values) {
    line("  " + String.format(Locale.ROOT, format, values));
  }

  /** A line that matters less. */
  void detail(String text) {
    line("  " + painted(DIM, text));
  }

  /** What can be seen now, drawn over the last ones, if it is time. */
  void live(String... lines) {
    long now = time.nanos();
    if (now - drawnNanos < (live ? REDRAW_NANOS : PLAIN_NANOS)) {
      return;
    }
    if (!live) {
      if (!lines[0].equals(shown)) {
        line("  " + lines[0]);
      }
      shown = lines[0];
    } else {
      draw(lines);
    }
    drawnNanos = now;
  }

  /** Erases what was drawn. */
  void clear() {
    if (drawn > 0) {
      terminal.out().print(erase());
      terminal.out().flush();
      drawn = 0;
    }
  }

  /** Where another command writes, so that its lines fit among these. */
  Terminal forCommands() {
    PrintStream lines = new PrintStream(new ScreenStream(this), false, StandardCharsets.UTF_8);
    return new Terminal(lines, lines, live);
  }

  String good(String text) {
    return painted(GREEN, text);
  }

  String middling(String text) {
    return painted(YELLOW, text);
  }

  String bad(String text) {
    return painted(RED, text);
  }

  String strong(String text) {
    return painted(BOLD, text);
  }

  private String painted(String colour, String text) {
    return colours ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
  }

  private void line(String text) {
    clear();
    terminal.result(String.format(Locale.ROOT, "%6.1f s  %s", seconds(), text));
  }

  private void draw(String... lines) {
    String indent = " ".repeat(12);
    String text = NO_WRAP + indent + String.join("\n" + indent, lines) + WRAP;
    if (drawn == 0 || !text.equals(shown)) {
      terminal.out().print(erase() + text);
      terminal.out().flush();
      drawn = lines.length;
      shown = text;
    }
  }

  private String erase() {
    return "\r" + (drawn > 1 ? "\u001b[" + (drawn - 1) + "A" : "") + "\u001b[J";
  }
}
