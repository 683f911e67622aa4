package dev.duplex.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One map of the file, read key by key. What is wrong goes to the {@link Problems}, and the reading
 * goes on with the default, so that one pass finds everything. Keys nobody asked for are unknown.
 */
final class Section {
  private final Problems problems;
  private final Variables variables;
  private final String path;
  private final int line;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @param path the key of this section with those above it; empty for the file itself
   * @param node the map; null for a section that is left out, where every key has its default
   */
  Section(
      Problems problems, Variables variables, String path, int line, @Nullable MappingNode node) {
    this.problems = problems;
    this.variables = variables;
    this.path = path;
    this.line = line;
    if (node != null) {
      node.getValue().forEach(this::add);
    }
  }

  private void add(NodeTuple tuple) {
    int keyLine = Entry.lineOf(tuple.getKeyNode(), line);
    if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
      problems.add(keyLine, path, "has a key that is no text; write key: value");
      return;
    }
    String key = scalar.getValue();
    Entry entry = new Entry(pathOf(key), keyLine, tuple.getValueNode());
    Entry first = entries.putIfAbsent(key, entry);
    if (first != null) {
      problems.add(entry, "is set in line " + first.line() + " already; remove one of the two");
    }
  }

  /** The value of an optional key. */
  <T> T value(String key, T defaultValue, Function<String, T> parser) {
    Entry entry = ask(key);
    return entry == null ? defaultValue : scalar(entry, parser).orElse(defaultValue);
  }

  /**
   * The value of a key that must be there.
   *
   * @param example shown to the user if it is missing, and used so that the rest can be checked
   */
  <T> T required(String key, String example, Function<String, T> parser) {
    if (ask(key) == null) {
      problems.add(line, pathOf(key), "is missing; add it, for example " + key + ": " + example);
    }
    return value(key, parser.apply(example), parser);
  }

  /** An optional list of texts. */
  <T> List<T> list(String key, List<T> defaultValue, Function<String, T> parser) {
    Entry entry = ask(key);
    if (entry == null) {
      return defaultValue;
    }
    if (!(entry.node() instanceof SequenceNode sequence)) {
      problems.add(
          entry, "is " + entry.kind() + "; write a list such as [\"first.*\", \"second.*\"]");
      return defaultValue;
    }
    List<Optional<T>> items = new ArrayList<>();
    for (Node node : sequence.getValue()) {
      String itemPath = entry.path() + "[" + items.size() + "]";
      items.add(scalar(new Entry(itemPath, Entry.lineOf(node, entry.line()), node), parser));
    }
    List<T> values = items.stream().flatMap(Optional::stream).toList();
    return values.size() == items.size() ? values : defaultValue;
  }

  /** Every key not asked for yet with its value as text: properties of a client library. */
  ClientProperties otherProperties() {
    Map<String, String> properties = new LinkedHashMap<>();
    entries.forEach(
        (key, entry) -> {
          if (known.add(key)) {
            scalar(entry, Function.identity()).ifPresent(text -> properties.put(key, text));
          }
        });
    return new ClientProperties(properties);
  }

  /** Whether the key is there and holds a single value rather than a section. */
  boolean holdsValue(String key) {
    Entry entry = ask(key);
    return entry != null && entry.node() instanceof ScalarNode && !entry.isEmpty();
  }

  /** A section that may be left out, or be empty; nothing comes back if it has a problem. */
  <T> Optional<T> section(String key, Function<Section, Optional<T>> reader) {
    Entry entry = ask(key);
    MappingNode map = null;
    if (entry != null && !entry.isEmpty()) {
      if (!(entry.node() instanceof MappingNode node)) {
        problems.add(entry, "is " + entry.kind() + "; write a section of keys and values");
        return Optional.empty();
      }
      map = node;
    }
    int sectionLine = entry == null ? line : entry.line();
    Section section = new Section(problems, variables, pathOf(key), sectionLine, map);
    Optional<T> result = reader.apply(section);
    section.reportUnknownKeys();
    return result;
  }

  /** A section that must be there. */
  <T> Optional<T> requiredSection(
      String key, String example, Function<Section, Optional<T>> reader) {
    Entry entry = ask(key);
    if (entry == null || entry.isEmpty()) {
      problems.add(
          entry == null ? line : entry.line(),
          pathOf(key),
          "is missing; add the section, for example " + key + ": " + example);
      return Optional.empty();
    }
    return section(key, reader);
  }

  /** Makes a record of this section; what its compact constructor refuses becomes problems. */
  <T> Optional<T> build(Supplier<T> record) {
    try {
      return Optional.of(record.get());
    } catch (ConfigException e) {
      // A value that could not be read was replaced: what follows from that is no news.
      List<Problem> news =
          e.details().stream()
              .filter(problem -> !problems.concern(pathOf(problem.path())))
              .toList();
      for (Problem problem : news) {
        Entry entry = entries.get(problem.path());
        problems.add(entry == null ? line : entry.line(), pathOf(problem.path()), problem.text());
      }
      return Optional.empty();
    }
  }

  /** Like {@link #build}, but only if nothing in the whole file is wrong. */
  <T> Optional<T> buildIfSound(Supplier<T> record) {
    return problems.isEmpty() ? build(record) : Optional.empty();
  }

  /** Runs checks that must not wait for the record to be complete. */
  void check(Checks checks) {
    build(
        () -> {
          checks.done();
          return checks;
        });
  }

  void reportUnknownKeys() {
    entries.forEach(
        (key, entry) -> {
          if (!known.contains(key)) {
            problems.add(entry, "is not a known key; " + hint(key));
          }
        });
  }

  private String hint(String key) {
    return Suggestion.of(key, known)
        .map(suggestion -> "did you mean " + suggestion + "?")
        .orElseGet(() -> "remove it, or use one of " + String.join(", ", known));
  }

  private @Nullable Entry ask(String key) {
    known.add(key);
    return entries.get(key);
  }

  private <T> Optional<T> scalar(Entry entry, Function<String, T> parser) {
    if (!(entry.node() instanceof ScalarNode scalar)) {
      problems.add(entry, "is " + entry.kind() + "; write a single value");
      return Optional.empty();
    }
    if (entry.isEmpty()) {
      problems.add(entry, "has no value; give one or remove the key");
      return Optional.empty();
    }
    return variables
        .resolve(scalar.getValue(), text -> problems.add(entry, text))
        .flatMap(resolved -> parsed(entry, resolved, parser));
  }

  private <T> Optional<T> parsed(
      Entry entry, Variables.Resolved value, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(value.text()));
    } catch (IllegalArgumentException e) {
      String shown =
          value.fromEnvironment() ? "the value from the environment" : OneLine.quoted(value.text());
      problems.add(entry, shown + " " + e.getMessage());
      return Optional.empty();
    }
  }

  private String pathOf(String key) {
    String shown = OneLine.of(key, 80);
    return path.isEmpty() ? shown : path + "." + shown;
  }
}
