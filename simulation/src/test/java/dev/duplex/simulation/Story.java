package dev.duplex.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/** What happened under a seed, one line a step; kept in memory, told only if the seed fails. */
final class Story {
  private static final int LINES_KEPT = 4_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private final boolean kept;

  Story(boolean kept) {
    this.kept = kept;
  }

  /** Whether lines are worth making. */
  boolean isKept() {
    return kept;
  }

  void add(long nanos, String who, String what) {
    if (kept) {
      if (lines.size() == LINES_KEPT) {
        lines.removeFirst();
      }
      lines.add(String.format("%12.6f %-14s %s", nanos / 1e9, who, what));
    }
  }

  String text() {
    return String.join("\n", lines);
  }
}
