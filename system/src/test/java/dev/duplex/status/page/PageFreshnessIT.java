package dev.duplex.status.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page must never look as if it were live when it is not, and must come back by itself. */
@WithChromium
final class PageFreshnessIT {
  /** Six seconds of silence, and what a busy machine takes to notice. */
  private static final Duration NOTICED = Duration.ofSeconds(12);

  /** The page tries again after 15 s at most. */
  private static final Duration BACK = Duration.ofSeconds(30);

  private static Browser browser;

  @BeforeAll
  static void open() throws IOException {
    browser = new Browser();
  }

  @AfterAll
  static void close() throws IOException {
    browser.close();
  }

  @Test
  void shouldSaySoWhenTheMonitorFreezesAndComeBack() throws IOException {
    try (PageServer server = new PageServer(Scenes.inSync())) {
      browser.as(1280, 900, false).open(server.address());
      browser.await("live", () -> browser.text("#pulse").startsWith("Live"));
      assertThat(browser.text("#stale")).isEmpty();
      server.freeze(true);
      browser.await("stale", NOTICED, () -> browser.text("#stale").startsWith("Stale since "));
      assertThat(browser.text("#pulse")).isEqualTo("Not connected");
      assertThat(browser.text(".verdict-state")).isEqualTo("Unknown");
      assertThat(browser.text(".verdict-known")).isEqualTo("last known: in sync");
      assertThat(browser.title()).startsWith("Unknown: bank");
      server.freeze(false);
      browser.await("live again", BACK, () -> browser.text(".verdict-state").equals("In sync"));
      assertThat(browser.text("#stale")).isEmpty();
      browser.leave();
    }
  }

  @Test
  void shouldKeepABadStateAsTheLastKnown() throws IOException {
    try (PageServer server = new PageServer(Scenes.halted())) {
      browser.as(360, 700, true).open(server.address());
      browser.await("halted", () -> browser.text(".verdict-state").equals("Halted"));
      server.freeze(true);
      browser.await("stale", NOTICED, () -> browser.text("#stale").startsWith("Stale since "));
      assertThat(browser.text(".verdict h1")).contains("Halted", "last known");
      assertThat(browser.text("[data-place=producer]")).contains("last known live");
      assertThat(browser.text(".verdict-since")).as("stands still").contains("for 21 min, since");
      browser.leave();
    }
  }

  @Test
  void shouldAskWhileItIsRefusedAsSubscriber() throws IOException {
    try (PageServer server = new PageServer(Scenes.inSync())) {
      server.refuse(true);
      browser.as(1280, 900, false).open(server.address());
      browser.await("asks", () -> browser.text("#pulse").startsWith("Asking"));
      assertThat(browser.text(".verdict-state")).isEqualTo("In sync");
      server.show(Scenes.diverged());
      browser.await("sees it", () -> browser.text(".verdict-state").equals("Diverged"));
      assertThat(browser.text("#stale")).isEmpty();
      server.refuse(false);
      browser.await("subscribes", BACK, () -> browser.text("#pulse").startsWith("Live"));
      browser.leave();
    }
  }

  @Test
  void shouldSubscribeAgainWhenItWasSentAway() throws IOException {
    try (PageServer server = new PageServer(Scenes.inSync())) {
      browser.as(1280, 900, false).open(server.address());
      browser.await("live", () -> browser.text("#pulse").startsWith("Live"));
      server.refuse(true);
      server.refuse(false);
      browser.await("subscribes", BACK, () -> server.subscribers() == 1);
      server.show(Scenes.diverged());
      browser.await("sees it", () -> browser.text(".verdict-state").equals("Diverged"));
      browser.leave();
    }
  }

  @Test
  void shouldSaySoWhenTheMonitorDoesNotReachKafka() throws IOException {
    try (PageServer server = new PageServer(Scenes.stale())) {
      browser.as(1280, 900, false).open(server.address());
      browser.await("stale", () -> browser.text("#stale").startsWith("Stale since "));
      assertThat(browser.text("#stale"))
          .contains("nothing new from Kafka", "No broker answers at kafka1.north.example:9092.");
      assertThat(browser.text("#pulse")).contains("not Kafka");
      assertThat(browser.text(".verdict-state")).isEqualTo("Unknown");
      server.show(Scenes.outage());
      browser.await("diverged", () -> browser.text(".verdict-state").equals("Diverged"));
      assertThat(browser.text("#stale")).contains("say of themselves is of now");
      server.show(Scenes.inSync());
      browser.await("current", () -> browser.text("#stale").isEmpty());
      assertThat(browser.text(".verdict-state")).isEqualTo("In sync");
      assertThat(browser.complaints()).isEmpty();
      browser.leave();
    }
  }

  @Test
  void shouldSkipWhatIsNoDocument() throws IOException {
    try (PageServer server = new PageServer(Scenes.inSync())) {
      browser.as(1280, 900, false).open(server.address());
      browser.await("live", () -> browser.text("#pulse").startsWith("Live"));
      server.raw("event: links\ndata: {\"links\": [{\n\nevent: status\ndata: \"\n\n");
      server.raw("event: links\ndata: {\"links\": [null, {}, {\"link\": \"bare\"}]}\n\n");
      browser.await("the bare one", () -> browser.text("main").contains("bare"));
      server.show(Scenes.diverged());
      browser.await("diverged", () -> browser.text("main").contains("Diverged"));
      assertThat(browser.text("#stale")).isEmpty();
      browser.leave();
    }
  }
}
