package dev.duplex.status.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** What the page says of each state, and how it follows as the state changes. */
@WithChromium
final class PageStatesIT {
  private static Browser browser;

  @BeforeAll
  static void open() throws IOException {
    browser = new Browser();
  }

  @AfterAll
  static void close() throws IOException {
    browser.close();
  }

  @ParameterizedTest
  @CsvSource({
    "in-sync, IN_SYNC, In sync, '', icon-in-sync.svg",
    "diverged, DIVERGED, Diverged, BROKER_UNREACHABLE, icon-diverged.svg",
    "outage, DIVERGED, Diverged, BROKER_UNREACHABLE, icon-diverged.svg",
    "recovering, RECOVERING, Recovering, BROKER_UNREACHABLE, icon-recovering.svg",
    "copying, RECOVERING, Recovering, COPYING, icon-recovering.svg",
    "halted, HALTED, Halted, APPLY_FAILED, icon-halted.svg",
    "secondary-down, DIVERGED, Diverged, SECONDARY_DOWN, icon-diverged.svg",
    "consumer-silent, DIVERGED, Diverged, CONSUMER_SILENT, icon-diverged.svg",
    "no-consumer, DIVERGED, Diverged, CONSUMER_SILENT, icon-diverged.svg",
    "stale, UNKNOWN, Unknown, '', icon-unknown.svg",
  })
  void shouldSayTheStateInWordsSignAndTitle(
      String scene, String state, String words, String reason, String icon) throws IOException {
    try (PageServer server = show(scene)) {
      assertThat(browser.text(".verdict-state")).isEqualTo(words);
      assertThat(browser.attribute(".verdict .sign", "data-state")).isEqualTo(state);
      assertThat(browser.text(".cause-head code")).isEqualTo(reason);
      assertThat(browser.title()).startsWith(words + ": bank");
      assertThat(browser.attribute("#icon", "href")).isEqualTo(icon);
      assertThat(server.asked()).allMatch(asked -> asked.startsWith("GET "));
      finish();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "in-sync, capture=flow publish=flow consume=flow apply=flow spool=none drain=none",
    "diverged, capture=idle publish=broken consume=broken apply=idle spool=flow drain=none",
    "outage, capture=idle publish=broken consume=broken apply=idle spool=flow drain=none",
    "recovering, capture=idle publish=flow consume=flow apply=flow spool=none drain=flow",
    "halted, capture=flow publish=flow consume=broken apply=broken spool=none drain=none",
    "secondary-down, capture=flow publish=flow consume=idle apply=broken spool=none drain=none",
    "consumer-silent, capture=flow publish=flow consume=broken apply=broken spool=none drain=none",
    "no-consumer, capture=flow publish=flow consume=unknown apply=unknown spool=none drain=none",
    "stale, capture=unknown publish=unknown consume=unknown apply=unknown spool=none drain=none",
  })
  void shouldDrawWhereTheWayIsInterrupted(String scene, String modes) throws IOException {
    try (PageServer server = show(scene)) {
      for (String mode : modes.split(" ")) {
        String[] parts = mode.split("=");
        assertThat(browser.attribute("[data-edge=" + parts[0] + "]", "data-mode"))
            .as(scene + " " + parts[0])
            .isEqualTo(parts[1]);
      }
      String words = browser.attribute(".diagram", "aria-label");
      assertThat(words).contains("Primary", "Producer: ", "Kafka: ", "Consumer: ", "Secondary: ");
      assertThat(words.contains("Interrupted")).isEqualTo(modes.contains("broken"));
      finish();
    }
  }

  @Test
  void shouldShowTheDiffFileGrow() throws IOException {
    try (PageServer server = show("diverged")) {
      assertThat(browser.text("[data-readout=spool]"))
          .contains("34.0 MB", "100,480 transactions", "growing");
      assertThat(browser.text("[data-readout=missing]")).contains("100,480");
      assertThat(browser.text("[data-place=spool]")).contains("34.0 MB");
      finish();
    }
  }

  @Test
  void shouldShowHowFarTheDrainIs() throws IOException {
    try (PageServer server = show("recovering")) {
      assertThat(bar()).isEqualTo("40");
      assertThat(browser.text(".recovery"))
          .contains(
              "40 %",
              "88,940 of 218,400 transactions applied, 9,900 a second, about 13 s left",
              "85,300 still in the diff file, 44,160 published, not applied yet");
      server.show(Scenes.recovering(0, 21_840));
      browser.await("the bar moves", () -> bar().equals("90"));
      assertThat(browser.text(".recovery-parts"))
          .isEqualTo("the diff file is drained, 21,840 published, not applied yet");
      server.show(Scenes.recovering(0, 0));
      browser.await("the bar is full", () -> bar().equals("100"));
      assertThat(browser.text(".recovery-parts")).contains("confirmation is awaited");
      server.show(Scenes.inSync());
      browser.await("the bar is gone", () -> browser.text(".recovery").isEmpty());
      finish();
    }
  }

  @Test
  void shouldFollowByItselfAndAnnounceTheChange() throws IOException {
    try (PageServer server = show("in-sync")) {
      browser.run("document.querySelector('.incident details').open = true");
      assertThat(browser.text("#announcer")).isEmpty();
      server.show(Scenes.diverged());
      browser.await("it has diverged", () -> browser.text(".verdict-state").equals("Diverged"));
      assertThat(browser.element("#announcer").getDomProperty("textContent"))
          .isEqualTo("bank: Diverged, Kafka cannot be reached.");
      browser.await("the incident is there", () -> browser.elements(".incident").size() == 4);
      assertThat(browser.text(".incident")).contains("Kafka cannot be reached", "goes on");
      assertThat(browser.elements(".incident details[open]")).as("still unfolded").hasSize(1);
      server.show(Scenes.inSync());
      browser.await("in sync again", () -> browser.text(".verdict-state").equals("In sync"));
      finish();
    }
  }

  @Test
  void shouldTellIncidentsWithCauseDurationAndEvents() throws IOException {
    try (PageServer server = show("in-sync")) {
      String first = browser.text(".incident");
      assertThat(first).contains("Kafka was away", "3 min 33 s");
      browser.element(".incident summary").click();
      assertThat(browser.text(".incident"))
          .contains("Diverged at worst, BROKER_UNREACHABLE, seen by the producer, over at")
          .contains("Recovering Kafka was away, diff file drained")
          .contains("told by the consumer");
      assertThat(browser.elements(".strip-bar")).hasSize(3);
      assertThat(browser.attribute(".strip", "aria-label"))
          .isEqualTo("3 incidents in the last 1 d");
      finish();
    }
  }

  @Test
  void shouldShowAnEventAsItComes() throws IOException {
    try (PageServer server = show("in-sync")) {
      int before = browser.elements(".event").size();
      Story story = new Story("bank", Scenes.now());
      String change = "IN_SYNC -> DIVERGED";
      server.event(
          story.event("i-77", "CONSUMER", 1, change, "SECONDARY_BEHIND", Scenes.now(), "6 s"));
      browser.await("the event", () -> browser.elements(".event").size() == before + 1);
      server.event(
          new Story("other", Scenes.now())
              .event("i-78", "CONSUMER", 1, change, "GAP", Scenes.now(), "of another link"));
      server.show(Scenes.inSync());
      assertThat(browser.text("main")).doesNotContain("of another link");
      finish();
    }
  }

  @Test
  void shouldListAllLinksWorstFirstAndOpenOneByKeyboard() throws IOException {
    try (PageServer server = show("several")) {
      assertThat(
              browser.elements(".row").stream()
                  .map(row -> row.getDomAttribute("data-link"))
                  .toList())
          .containsExactly("risk", "ledger", "payments", "accounts", "cards", "loans");
      assertThat(browser.text(".tally").replaceAll("\\s+", " "))
          .isEqualTo("1 halted 1 diverged 1 recovering 3 in sync");
      assertThat(browser.title()).startsWith("Halted: 6 links");
      browser.element("[data-link=ledger] a").sendKeys(Keys.ENTER);
      browser.await("the link", () -> browser.text(".verdict-link").equals("ledger"));
      browser.element(".skip").sendKeys(Keys.ENTER);
      assertThat(browser.run("return document.activeElement.id")).isEqualTo("main");
      assertThat(browser.text(".verdict-link")).isEqualTo("ledger");
      assertThat(browser.text("#trail")).contains("All 6 links, 2 not in sync", "ledger");
      browser.element("#trail a").sendKeys(Keys.ENTER);
      browser.await("all again", () -> browser.elements(".row").size() == 6);
      finish();
    }
  }

  @Test
  void shouldReadChartsByKeyboard() throws IOException {
    try (PageServer server = show("secondary-down")) {
      browser.element(".charts").sendKeys(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
      browser.await("a time", () -> browser.text(".charts-told").startsWith("at "));
      assertThat(browser.element(".charts-frame .unseen").getDomProperty("textContent"))
          .contains("Lag ", "published ", "applied 0", "Diff file 0 B", "State Diverged");
      browser.element(".charts").sendKeys(Keys.ESCAPE);
      assertThat(browser.text(".charts-told")).isEqualTo("the last 15 min");
      finish();
    }
  }

  @Test
  void shouldBeReadableWithoutEyesAndWithoutMotion() throws IOException {
    try (PageServer server = show("recovering")) {
      assertThat(
              browser.run(
                  "return [...document.querySelectorAll('main svg:not([aria-hidden])')]"
                      + ".filter(s => s.getAttribute('role') !== 'img'"
                      + " || !s.getAttribute('aria-label')).length"))
          .isEqualTo(0L);
      assertThat(browser.run("return document.querySelectorAll('h1').length")).isEqualTo(1L);
      String motion =
          "return getComputedStyle(document.querySelector('[data-edge=drain] .edge-line'))"
              + ".animationName";
      assertThat(browser.run(motion)).isEqualTo("none");
      browser.media(false, false);
      assertThat(browser.run(motion)).isEqualTo("flow");
      finish();
    }
  }

  private static PageServer show(String name) throws IOException {
    Scene scene = Scenes.named(name);
    PageServer server = new PageServer(scene);
    browser.as(1280, 900, false).open(server.address());
    browser.await("links are shown", () -> browser.text("main").length() > 30);
    for (Map.Entry<String, Story> story : scene.stories().entrySet()) {
      if (browser.text(".verdict-link").equals(story.getKey())) {
        int many = story.getValue().incidents().get("incidents").size();
        browser.await("incidents", () -> browser.elements(".incident").size() == many);
        browser.await("charts", () -> browser.elements(".state-bar").size() > 0);
      }
    }
    return server;
  }

  private static String bar() {
    return browser.attribute(".recovery-bar", "aria-valuenow");
  }

  /** Nothing was refused by the content security policy, and nothing failed. */
  private static void finish() {
    assertThat(browser.complaints()).isEmpty();
    browser.leave();
  }
}
