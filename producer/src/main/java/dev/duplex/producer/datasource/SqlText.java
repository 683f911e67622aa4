package dev.duplex.producer.datasource;

import java.util.Locale;
import java.util.Set;

/**
 * What kind of statement a text begins with.
 *
 * @param firstWord its first word in lower case; empty for a batch, or where no word is found
 */
record SqlText(String firstWord) {
  private static final Set<String> READING =
      Set.of("select", "with", "values", "table", "show", "explain");
  private static final Set<String> ROLLING_BACK = Set.of("rollback", "abort");

  /** Several statements, or one whose text is not known. */
  static final SqlText UNKNOWN = new SqlText("");

  static SqlText of(String sql) {
    int begin = skipToWord(sql);
    int end = begin;
    while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
      end++;
    }
    return new SqlText(sql.substring(begin, end).toLowerCase(Locale.ROOT));
  }

  /** Whether it is a query, which can always be run in a transaction. */
  boolean reads() {
    return READING.contains(firstWord);
  }

  /** Whether it ends a transaction without committing it. */
  boolean rollsBack() {
    return ROLLING_BACK.contains(firstWord);
  }

  private static int skipToWord(String sql) {
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (Character.isWhitespace(c) || c == '(' || c == ';') {
        at++;
      } else if (sql.startsWith("--", at)) {
        int line = sql.indexOf('\n', at);
        at = line < 0 ? sql.length() : line;
      } else if (sql.startsWith("/*", at)) {
        at = skipComment(sql, at);
      } else {
        break;
      }
    }
    return at;
  }

  /** Comments nest in PostgreSQL. */
  private static int skipComment(String sql, int begin) {
    int depth = 0;
    int at = begin;
    while (at < sql.length()) {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
        if (depth == 0) {
          return at;
        }
      } else {
        at++;
      }
    }
    return at;
  }
}
