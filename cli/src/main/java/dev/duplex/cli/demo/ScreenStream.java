package dev.duplex.cli.demo;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Puts what a command prints on the {@link Screen}: its lines, and its bar as what is drawn. */
final class ScreenStream extends OutputStream {
  private static final String ERASE = "\r\u001b[K";

  private final Screen screen;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  ScreenStream(Screen screen) {
    this.screen = screen;
  }

  @Override
  public void write(int b) {
    if (b == '\n') {
      screen.detail(take());
    } else {
      line.write(b);
    }
  }

  @Override
  public void flush() {
    // A line without an end is a bar that will be drawn over.
    if (line.size() > 0) {
      String text = take();
      if (text.isEmpty()) {
        screen.clear();
      } else {
        screen.live(text);
      }
    }
  }

  private String take() {
    String text = line.toString(StandardCharsets.UTF_8).replace(ERASE, "");
    line.reset();
    return text;
  }
}
