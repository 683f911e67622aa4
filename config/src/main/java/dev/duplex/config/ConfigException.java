package dev.duplex.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration that cannot be used. Carries every problem at once, each on one line that names
 * the file, the line and the key and says what to do; never a password.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<Problem> problems;

  ConfigException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /**
   * A value that turned out wrong only when it was used.
   *
   * @param key with its sections, such as {@code status.http}
   * @param text what is wrong and what to do, never with a secret in it
   */
  public static ConfigException of(String key, String text) {
    return new ConfigException(List.of(Problem.ofKey(key, text)));
  }

  /** Every problem, one line each, in the order of the file; never empty. */
  public List<String> problems() {
    return problems.stream().map(Problem::toString).toList();
  }

  List<Problem> details() {
    return problems;
  }
}
