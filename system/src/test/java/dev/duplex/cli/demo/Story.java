package dev.duplex.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.Await;
import dev.duplex.status.page.Browser;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The demo's page while its story goes on: which states it shows, and a picture of each. {@code
 * -Dduplex.pictures=DIR} says where. Looks at nothing where there is no Chromium.
 */
final class Story implements AutoCloseable {
  private static final Pattern PAGE = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+/");
  private static final Path DIRECTORY =
      Path.of(System.getProperty("duplex.pictures", "target/demo-pictures"));
  private static final Duration LIMIT = Duration.ofSeconds(60);
  // The charts have something to show by then.
  private static final long LATER_NANOS = 3_000_000_000L;
  private static final int WIDTH = 1280;
  private static final int HEIGHT = 900;

  private final @Nullable Browser browser;
  private final List<String> states = new ArrayList<>();
  private long sinceNanos;
  private boolean pictured;

  private Story(@Nullable Browser browser) {
    this.browser = browser;
  }

  /** Starts the browser, which takes a while. */
  static Story open() throws IOException {
    if (!Browser.isInstalled()) {
      System.out.println("DemoIT: the page is not looked at, because there is no Chromium");
      return new Story(null);
    }
    Files.createDirectories(DIRECTORY);
    return new Story(new Browser().as(WIDTH, HEIGHT, false));
  }

  /** Looks from now on until the load has ended and the link is in sync again. */
  void watch(DemoRun demo) throws Exception {
    Browser page = browser;
    if (page == null) {
      return;
    }
    Matcher address = PAGE.matcher(demo.shown());
    assertThat(address.find()).isTrue();
    page.open(URI.create(address.group() + "#/link/bank"));
    while (!demo.shown().contains("All stays up") && demo.isAlive()) {
      look(page);
    }
    Await.until(
        "the page shows that all is well again",
        LIMIT,
        () -> {
          look(page);
          return pictured && !states.isEmpty() && states.get(states.size() - 1).equals("IN_SYNC");
        });
  }

  private void look(Browser page) throws IOException {
    String state = page.attribute(".verdict .sign", "data-state");
    if (state.isEmpty()) {
      return; // the page has nothing to show yet
    }
    if (states.isEmpty() || !states.get(states.size() - 1).equals(state)) {
      states.add(state);
      sinceNanos = System.nanoTime();
      pictured = false;
      keep(page, state);
    } else if (!pictured && System.nanoTime() - sinceNanos >= LATER_NANOS) {
      pictured = true;
      keep(page, state); // instead of the first one
    }
  }

  private void keep(Browser page, String state) throws IOException {
    String name = "demo-%d-%s.png".formatted(states.size(), state.toLowerCase(Locale.ROOT));
    Files.write(DIRECTORY.resolve(name), page.picture());
  }

  /** Checks that the page has told it from beginning to end. */
  void assertTold() {
    if (browser != null) {
      assertThat(states).containsSubsequence("IN_SYNC", "DIVERGED", "RECOVERING", "IN_SYNC");
    }
  }

  @Override
  public void close() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }
}
