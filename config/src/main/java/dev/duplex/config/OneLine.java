package dev.duplex.config;

/** Makes user text safe to show in a message of one line. */
final class OneLine {
  private static final int QUOTED_LENGTH_MAX = 60;

  private OneLine() {}

  /** The text without control characters, cut after so many characters. */
  static String of(String text, int lengthMax) {
    String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ");
    return line.length() <= lengthMax ? line : line.substring(0, lengthMax) + "...";
  }

  /** The text between quotation marks, shortened. */
  static String quoted(String text) {
    return "'" + of(text, QUOTED_LENGTH_MAX) + "'";
  }
}
