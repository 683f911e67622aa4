package dev.duplex.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The conditions of one record, checked in its compact constructor, all of them before the first is
 * complained about. Each is tied to the key of the file, so that the reader can add the line.
 */
final class Checks {
  private final List<Problem> failed = new ArrayList<>();

  Checks that(boolean condition, String key, String text) {
    if (!condition) {
      failed.add(Problem.ofKey(key, text));
    }
    return this;
  }

  Checks atLeastOne(long value, String key) {
    return that(value >= 1, key, "must be at least 1");
  }

  Checks positive(Duration value, String key) {
    return that(
        !value.isNegative() && !value.isZero(),
        key,
        "must be longer than 0; write a duration such as 5s");
  }

  /**
   * Ends the checks.
   *
   * @throws ConfigException with every condition that does not hold
   */
  void done() {
    if (!failed.isEmpty()) {
      throw new ConfigException(failed);
    }
  }
}
