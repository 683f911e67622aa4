package dev.duplex.cli.demo;

import dev.duplex.cli.shell.Terminal;
import java.util.Locale;

/** Plain lines with the time since the start. Owned by one thread. */
final class DemoLog {
  private final Terminal terminal;
  private final long startNanos = System.nanoTime();

  DemoLog(Terminal terminal) {
    this.terminal = terminal;
  }

  void say(String format, Object... values) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    terminal.result(
        String.format(Locale.ROOT, "%6.1f s  ", seconds)
            + String.format(Locale.ROOT, format, values));
  }
}
