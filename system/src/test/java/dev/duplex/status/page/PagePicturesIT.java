package dev.duplex.status.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Shows everything at the width of a desk and of a phone, by day and by night; the pictures are
 * there to be looked at.
 */
@WithChromium
final class PagePicturesIT {
  private static final Path PICTURES = Path.of("target", "page-pictures");

  @Test
  void shouldFitEveryWidthAndScheme() throws IOException {
    Files.createDirectories(PICTURES);
    String only = System.getProperty("duplex.pictures", "");
    try (Browser browser = new Browser()) {
      for (Map.Entry<String, Supplier<Scene>> scene : Scenes.all().entrySet()) {
        if (only.isEmpty() || ("," + only + ",").contains("," + scene.getKey() + ",")) {
          take(browser, scene.getKey(), scene.getValue().get());
        }
      }
    }
  }

  @Test
  void shouldShowThatNothingIsHeard() throws IOException {
    Files.createDirectories(PICTURES);
    try (Browser browser = new Browser();
        PageServer server = new PageServer(Scenes.recovering())) {
      browser.as(1280, 800, false).open(server.address());
      browser.await("charts are drawn", () -> !browser.elements(".line").isEmpty());
      server.freeze(true);
      browser.await("stale", () -> browser.text("#stale").startsWith("Stale since"));
      Files.write(PICTURES.resolve("frozen-1280.png"), browser.picture());
      browser.as(360, 800, true);
      browser.await("frozen fits", () -> fits(browser, 360));
      Files.write(PICTURES.resolve("frozen-360-dark.png"), browser.picture());
    }
  }

  private static void take(Browser browser, String name, Scene scene) throws IOException {
    try (PageServer server = new PageServer(scene)) {
      browser.as(1280, 800, false).open(server.address());
      browser.await(name + " is shown", () -> browser.text("main").length() > 30);
      if (!scene.stories().isEmpty() && scene.links().get("links").size() == 1) {
        browser.await("charts are drawn", () -> !browser.elements(".line").isEmpty());
        browser.await("incidents are shown", () -> shown(browser, scene));
      }
      for (int width : new int[] {1280, 360}) {
        for (boolean dark : new boolean[] {false, true}) {
          String file = name + "-" + width + (dark ? "-dark" : "") + ".png";
          browser.as(width, 800, dark);
          browser.await(file + " has its width", () -> fits(browser, width));
          Files.write(PICTURES.resolve(file), browser.picture());
        }
      }
      assertThat(browser.complaints()).as(name).isEmpty();
      browser.leave();
    }
  }

  /** Nothing is wider than the page, and what is drawn was drawn for this width. */
  private static boolean fits(Browser browser, int width) {
    return Boolean.TRUE.equals(
        browser.run(
            "const drawn = [...document.querySelectorAll('.diagram, .chart-plot, .strip')]"
                + ".filter(s => s.getClientRects().length > 0);"
                + "return document.documentElement.scrollWidth === arguments[0]"
                + " && innerWidth === arguments[0]"
                + " && drawn.every(s => Math.round(s.getBoundingClientRect().width)"
                + " === s.viewBox.baseVal.width)",
            width));
  }

  private static boolean shown(Browser browser, Scene scene) {
    int many = scene.stories().values().iterator().next().incidents().get("incidents").size();
    return browser.elements(".incident").size() == many;
  }
}
