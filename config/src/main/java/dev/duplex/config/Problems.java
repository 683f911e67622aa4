package dev.duplex.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects what is wrong with one file, so that the user hears everything at once. Owned by the one
 * thread that reads the file.
 */
final class Problems {
  private final String source;
  private final List<Problem> found = new ArrayList<>();

  Problems(String source) {
    this.source = source;
  }

  void add(int line, String path, String text) {
    found.add(new Problem(source, line, path, text));
  }

  void add(Entry entry, String text) {
    add(entry.line(), entry.path(), text);
  }

  boolean concern(String path) {
    return found.stream().anyMatch(problem -> problem.path().equals(path));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** Ends the reading here: for what leaves nothing else to look at, such as a missing file. */
  ConfigException fatal(int line, String text) {
    add(line, "", text);
    return exception();
  }

  /** Throws everything found so far, in the order of the lines; does nothing if all is well. */
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw exception();
    }
  }

  private ConfigException exception() {
    return new ConfigException(
        found.stream().sorted(Comparator.comparingInt(Problem::line)).toList());
  }
}
