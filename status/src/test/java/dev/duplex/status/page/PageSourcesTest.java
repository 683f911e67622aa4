package dev.duplex.status.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page's files may not contain; runs without a browser. */
final class PageSourcesTest {
  private static final Path PAGE = Path.of("src/main/resources/dev/duplex/status/page");
  private static final Pattern MARKUP =
      Pattern.compile(
          "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b|new Function"
              + "|createContextualFragment|DOMParser");
  private static final Pattern INLINE = Pattern.compile("\\son[a-z]+=|\\sstyle=|<style|<script>");
  private static final Pattern REFERENCE = Pattern.compile("(?:href|src|from)[= ]\"([^\"#]+)\"");

  @Test
  void shouldMakeNoMarkupOfText() throws IOException {
    for (Path file : files()) {
      assertThat(MARKUP.matcher(Files.readString(file)).find()).as(file.toString()).isFalse();
    }
  }

  @Test
  void shouldKeepToItsPolicyAndItsOwnAddress() throws IOException {
    for (Path file : files()) {
      String text = Files.readString(file);
      if (file.toString().endsWith(".html")) {
        assertThat(INLINE.matcher(text).find()).as("inline code in " + file).isFalse();
      }
      assertThat(text.replace("http://www.w3.org/2000/svg", ""))
          .as("outside address in " + file)
          .doesNotContain("://")
          .doesNotContain("data:image")
          .doesNotContain("@import");
    }
  }

  @Test
  void shouldHaveEveryFileThatItNames() throws IOException {
    for (Path file : files()) {
      if (!file.toString().endsWith(".svg")) {
        REFERENCE
            .matcher(Files.readString(file))
            .results()
            .map(found -> found.group(1))
            .forEach(name -> assertThat(PAGE.resolve(name)).exists());
      }
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(PAGE)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
