package dev.duplex.status.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Names and details from the topics are text, whatever they look like. */
@WithChromium
final class PageInjectionIT {
  private static final String NAME = "<img src=x onerror=document.title='hacked'>";

  @Test
  void shouldShowMarkupAsText() throws IOException {
    Scene scene = Scenes.hostile();
    try (Browser browser = new Browser();
        PageServer server = new PageServer(scene)) {
      browser.as(1280, 900, false).open(server.address());
      browser.await("events", () -> !browser.elements(".event").isEmpty());
      browser.run("document.querySelectorAll('details').forEach(d => d.open = true)");
      assertThat(browser.text(".verdict-link")).isEqualTo(NAME);
      assertThat(browser.text(".cause")).contains("<svg onload=alert(1)>", "</script>unbroken");
      assertThat(browser.text(".incident")).contains("\"><script>document.title='hacked'</script>");
      assertThat(browser.text(".sides"))
          .contains("<a href='javascript:alert(1)'>\"&amp;</a>", "<b>live</b>");
      assertNothingMade(browser);

      ((ArrayNode) scene.links().get("links"))
          .add(new LinkDocument("q\"'&?#/ä", Scenes.now()).json());
      server.show(scene);
      browser.run("location.hash = '#/'");
      browser.await("both links", () -> browser.elements(".row").size() == 2);
      assertThat(browser.text(".row-name")).isEqualTo(NAME);
      assertNothingMade(browser);
      browser.elements(".row-name a").get(1).click();
      browser.await("the other", () -> browser.text(".verdict-link").equals("q\"'&?#/ä"));
      assertThat(browser.title()).startsWith("In sync: q\"'&?#/ä");
      assertThat(browser.text("#trail")).contains("q\"'&?#/ä");
      assertThat(server.asked()).contains("GET /api/links/q\"'&?#/ä/incidents");

      browser.run("location.hash = '#/link/' + encodeURIComponent('<b>none</b>')");
      browser.await(
          "not found", () -> browser.text("main").contains("no link of the name <b>none</b>"));
      assertNothingMade(browser);
    }
  }

  private static void assertNothingMade(Browser browser) {
    assertThat(browser.elements("main img, main script, main b, main iframe, [onerror], [onload]"))
        .isEmpty();
    assertThat(browser.elements("a[href^='javascript']")).isEmpty();
    assertThat(browser.title()).doesNotStartWith("hacked");
    assertThat(browser.complaints())
        .allMatch(text -> text.contains("404"), "only the documents that this monitor has not");
  }
}
