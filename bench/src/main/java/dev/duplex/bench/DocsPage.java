package dev.duplex.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The part of a page that the benchmarks write; the rest is written by people. */
final class DocsPage {
  static final String BEGIN = "<!-- figures: written by bench/run --write-docs -->";
  static final String END = "<!-- figures: end -->";

  private DocsPage() {}

  /**
   * Replaces what stands between the two marks.
   *
   * @throws BenchException if the page lacks them
   */
  static void replace(Path page, List<String> lines) throws IOException {
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new BenchException(
          "%s lacks the lines '%s' and '%s'; put them back".formatted(page, BEGIN, END));
    }
    String before = text.substring(0, begin + BEGIN.length());
    Files.writeString(
        page, before + "\n\n" + String.join("\n", lines) + "\n\n" + text.substring(end));
  }
}
