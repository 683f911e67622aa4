package dev.duplex.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.Reason.Blocks;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.judge.Severity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every reason has its words on the page and its rows in the documents, and there are no others.
 */
final class ReasonWordsTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|(.*)\\|$");
  private static final Pattern CODE = Pattern.compile("\"([A-Z_]+)\"");

  @Test
  void shouldHaveWordsOnThePage() throws IOException {
    Map<String, String> words = entries(page("words.js"), "REASONS");
    assertThat(words.keySet()).isEqualTo(names(reason -> true));
    // What is so, what was so, what to do.
    assertThat(words.values())
        .allMatch(text -> text.matches("\\[(\"[^\"]+\", ){2}\\S[^\\]]+\\],?"));
  }

  @Test
  void shouldBreakTheWayOnThePageWhereItIsBlocked() throws IOException {
    String path = page("path.js");
    assertThat(codes(path, "PUBLISH_BROKEN")).isSubsetOf(names(blocks(Blocks.PUBLISHING)));
    assertThat(codes(path, "APPLY_BROKEN")).isSubsetOf(names(blocks(Blocks.APPLYING)));
    assertThat(codes(path, "CAPTURE_BROKEN")).isSubsetOf(names(blocks(Blocks.PUBLISHING)));
    assertThat(codes(path, "DIFF_FILE_BAD")).isSubsetOf(names(blocks(Blocks.PUBLISHING)));
  }

  @Test
  void shouldHaveStatesOnThePage() throws IOException {
    String words = page("words.js");
    Map<String, String> states = entries(words, "STATES");
    assertThat(states).hasSize(LinkState.values().length + 1).containsKey("UNKNOWN");
    for (LinkState state : LinkState.values()) {
      assertThat(states.get(state.name())).contains("severity: " + Severity.of(state) + ",");
    }
    TreeSet<String> sides = new TreeSet<>(List.of(ProgressState.COPYING.name()));
    Arrays.stream(ServiceState.values())
        .filter(state -> state != ServiceState.UNKNOWN)
        .forEach(state -> sides.add(state.name()));
    assertThat(entries(words, "SIDE_STATES").keySet()).isEqualTo(sides);
  }

  @Test
  void shouldHaveARowInOperations() throws IOException {
    String text = document("operations.md");
    assertThat(rows(section(text, "## When the link is halted")).keySet())
        .isEqualTo(names(Reason::mayHalt));
    assertThat(rows(section(text, "## When the link is diverged")).keySet())
        .isEqualTo(names(reason -> !reason.mayHalt()));
  }

  @Test
  void shouldHaveARowInTheFormat() throws IOException {
    Map<String, String> rows = rows(section(document("formats/status.md"), "## Whose incident"));
    assertThat(rows.keySet()).isEqualTo(names(reason -> true));
    for (Reason reason : Reason.values()) {
      List<String> cells =
          Arrays.stream(rows.getOrDefault(reason.name(), "").split("\\|"))
              .map(String::strip)
              .toList();
      assertThat(cells)
          .as("%s", reason)
          .containsExactly(
              "`" + reason.owner() + "`",
              others(reason),
              lower(reason.blocks()),
              lower(reason.insight()),
              reason.mayHalt() ? "yes" : "no");
    }
  }

  private static String others(Reason reason) {
    List<String> others = new ArrayList<>();
    for (Observer observer : Observer.values()) {
      if (observer != reason.owner() && reason.isReportedBy(observer)) {
        others.add("`" + observer + "`");
      }
    }
    return String.join(" ", others);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Predicate<Reason> blocks(Blocks blocks) {
    return reason -> reason.blocks() == blocks;
  }

  private static Set<String> names(Predicate<Reason> which) {
    TreeSet<String> names = new TreeSet<>();
    Arrays.stream(Reason.values()).filter(which).forEach(reason -> names.add(reason.name()));
    return names;
  }

  /** The entries of an object of the script, one a line. */
  private static Map<String, String> entries(String script, String name) {
    Map<String, String> entries = new TreeMap<>();
    Matcher entry =
        Pattern.compile("(?m)^  ([A-Z_]+): (.*)$").matcher(block(script, name + " = {", "\n};"));
    while (entry.find()) {
      assertThat(entries.put(entry.group(1), entry.group(2))).as(entry.group(1)).isNull();
    }
    return entries;
  }

  private static Set<String> codes(String script, String name) {
    TreeSet<String> codes = new TreeSet<>();
    Matcher code = CODE.matcher(block(script, name + " = [", "]"));
    while (code.find()) {
      codes.add(code.group(1));
    }
    assertThat(codes).as(name).isNotEmpty();
    return codes;
  }

  private static String block(String text, String begin, String end) {
    int from = text.indexOf("const " + begin);
    assertThat(from).as(begin).isNotNegative();
    return text.substring(from, text.indexOf(end, from));
  }

  private static String section(String text, String title) {
    int from = text.indexOf("\n" + title + "\n");
    assertThat(from).as(title).isNotNegative();
    int to = text.indexOf("\n## ", from + 1);
    return text.substring(from, to < 0 ? text.length() : to);
  }

  private static Map<String, String> rows(String section) {
    Map<String, String> rows = new TreeMap<>();
    Matcher row = ROW.matcher(section);
    while (row.find()) {
      assertThat(rows.put(row.group(1), row.group(2))).as(row.group(1)).isNull();
    }
    return rows;
  }

  private static String page(String name) throws IOException {
    try (InputStream in = ReasonWordsTest.class.getResourceAsStream("page/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Beside the modules, wherever in them the test runs. */
  private static String document(String name) throws IOException {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.exists(at.resolve("docs").resolve(name))) {
      at = at.getParent();
    }
    return Files.readString(Objects.requireNonNull(at, name).resolve("docs").resolve(name));
  }
}
