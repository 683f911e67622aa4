package dev.duplex.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table "Where is ..." of docs/architecture.md: what newcomers ask first. */
final class MapTest {
  private static final int QUESTIONS = 20;
  private static final int MOST_FILES = 3;
  private static final Pattern ROW =
      Pattern.compile("^\\| (.+\\?) \\| (.+) \\|$", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  private final Map<String, List<String>> rows =
      ROW.matcher(section())
          .results()
          .collect(
              Collectors.toMap(
                  row -> row.group(1),
                  row ->
                      NAME.matcher(row.group(2))
                          .results()
                          .map((MatchResult name) -> name.group(1))
                          .toList()));

  @Test
  void shouldAnswerTwentyQuestionsWithAtMostThreeFilesEach() {
    assertThat(rows).hasSize(QUESTIONS);
    assertThat(rows.values()).allSatisfy(files -> assertThat(files).hasSizeBetween(1, MOST_FILES));
  }

  @Test
  void shouldNameFilesThatAreThereOnce() {
    List<String> all =
        Sources.modules().stream()
            .flatMap(module -> Sources.main(module).stream())
            .map(Path::getFileName)
            .map(Path::toString)
            .toList();
    assertThat(rows.values().stream().flatMap(List::stream).distinct())
        .allSatisfy(
            name -> assertThat(all).filteredOn((name + ".java")::equals).as(name).hasSize(1));
  }

  private static String section() {
    String page = Sources.read(Sources.root().resolve("docs/architecture.md"));
    int begin = page.indexOf("## Where is");
    return page.substring(begin, page.indexOf("\n## ", begin + 1));
  }
}
