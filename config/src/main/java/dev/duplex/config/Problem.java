package dev.duplex.config;

import java.io.Serializable;

/**
 * One thing that is wrong with a configuration.
 *
 * @param source the file as the user named it; empty for records built in code
 * @param line the line, counted from 1; 0 where there is none
 * @param path the key with its sections, such as {@code commit.timeout}; empty where there is none
 * @param text what is wrong and what to do, never with a secret in it
 */
record Problem(String source, int line, String path, String text) implements Serializable {

  /** Of a record built in code, which knows its own keys but neither file nor line. */
  static Problem ofKey(String key, String text) {
    return new Problem("", 0, key, text);
  }

  @Override
  public String toString() {
    StringBuilder formatted = new StringBuilder();
    if (!source.isEmpty()) {
      formatted.append(source).append(line > 0 ? ":" + line : "").append(": ");
    }
    if (!path.isEmpty()) {
      formatted.append(path).append(": ");
    }
    return OneLine.of(formatted.append(text).toString(), Integer.MAX_VALUE);
  }
}
