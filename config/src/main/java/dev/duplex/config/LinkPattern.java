package dev.duplex.config;

import java.util.regex.Pattern;

/**
 * Names links, where {@code *} stands for any characters, also none.
 *
 * @param text as it is written in the file
 */
public record LinkPattern(String text) {
  private static final Pattern FORMAT = Pattern.compile("[a-z0-9_*]{1,40}");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException if no link can be meant by it
   */
  public LinkPattern {
    if (!FORMAT.matcher(text).matches()) {
      throw new IllegalArgumentException("names no link; write it like bank or shop_*");
    }
  }

  static LinkPattern parse(String text) {
    return new LinkPattern(text);
  }

  /** A regular expression for the links that are meant, without groups. */
  public String regex() {
    return text.replace("*", "[a-z0-9_]*");
  }

  /** As it is written in the file. */
  @Override
  public String toString() {
    return text;
  }
}
