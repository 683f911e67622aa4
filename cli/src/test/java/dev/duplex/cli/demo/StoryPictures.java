package dev.duplex.cli.demo;

import dev.duplex.status.page.Browser;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Looks at the demo's page while its story goes on, and keeps a picture of each state. {@code
 * -Dduplex.pictures=DIR} says where.
 */
final class StoryPictures implements AutoCloseable {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("duplex.pictures", "target/demo-pictures"));
  // The charts have something to show by then.
  private static final long LATER_NANOS = 5_000_000_000L;
  private static final int WIDTH = 1280;
  private static final int HEIGHT = 900;

  private final Browser browser;
  private final List<String> states = new ArrayList<>();
  private long sinceNanos;
  private boolean pictured;

  StoryPictures(URI page) throws IOException {
    Files.createDirectories(DIRECTORY);
    browser = new Browser().as(WIDTH, HEIGHT, false).open(page);
    browser.await("the page", () -> !state().isEmpty());
  }

  /** Looks once. */
  void look() throws IOException {
    String state = state();
    if (states.isEmpty() || !states.get(states.size() - 1).equals(state)) {
      states.add(state);
      sinceNanos = System.nanoTime();
      pictured = false;
      keep(state);
    } else if (!pictured && System.nanoTime() - sinceNanos >= LATER_NANOS) {
      pictured = true;
      keep(state); // instead of the first one
    }
  }

  private void keep(String state) throws IOException {
    int number = states.size();
    String name = "demo-%d-%s.png".formatted(number, state.toLowerCase(Locale.ROOT));
    Files.write(DIRECTORY.resolve(name), browser.as(WIDTH, HEIGHT, false).picture());
  }

  private String state() {
    return browser.attribute(".verdict .sign", "data-state");
  }

  /** What it showed, one after the other. */
  List<String> states() {
    return List.copyOf(states);
  }

  @Override
  public void close() throws IOException {
    browser.close();
  }
}
