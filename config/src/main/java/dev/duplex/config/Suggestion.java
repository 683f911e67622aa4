package dev.duplex.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the known word that a misspelt one was probably meant to be: a key, a command, an option.
 */
public final class Suggestion {
  private Suggestion() {}

  /** Returns the known word that is next to it; nothing if none is near enough. */
  public static Optional<String> of(String word, Collection<String> known) {
    String plain = plain(word);
    return known.stream()
        .filter(candidate -> distance(plain, plain(candidate)) <= tolerance(candidate))
        .min(Comparator.comparingInt(candidate -> distance(plain, plain(candidate))));
  }

  /** A third of the letters may differ, two at most; more would be guessing. */
  private static int tolerance(String candidate) {
    return Math.min(2, candidate.length() / 3);
  }

  /** So that {@code jdbcUrl} and {@code jdbc_url} are recognised as {@code jdbc-url}. */
  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
  }

  /** Edit distance in which two neighbours in the wrong order count as one slip. */
  private static int distance(String left, String right) {
    int[][] costs = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      for (int j = 0; j <= right.length(); j++) {
        if (i == 0 || j == 0) {
          costs[i][j] = i + j;
          continue;
        }
        boolean same = left.charAt(i - 1) == right.charAt(j - 1);
        int cost = costs[i - 1][j - 1] + (same ? 0 : 1);
        cost = Math.min(cost, Math.min(costs[i - 1][j], costs[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1)) {
          cost = Math.min(cost, costs[i - 2][j - 2] + 1);
        }
        costs[i][j] = cost;
      }
    }
    return costs[left.length()][right.length()];
  }
}
