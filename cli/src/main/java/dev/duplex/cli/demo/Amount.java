package dev.duplex.cli.demo;

import java.util.Locale;

/** Amounts for people. */
final class Amount {
  private static final double KILO = 1_000;
  private static final int BAR_WIDTH = 24;

  private Amount() {}

  /** As in {@code 1.2 MB}. */
  static String bytes(long bytes) {
    if (bytes < KILO) {
      return bytes + " B";
    }
    return bytes < KILO * KILO
        ? String.format(Locale.ROOT, "%.0f kB", bytes / KILO)
        : String.format(Locale.ROOT, "%.1f MB", bytes / (KILO * KILO));
  }

  /**
   * As in {@code [######............] 33%}.
   *
   * @param part 0 to 1
   */
  static String bar(double part) {
    int filled = (int) (part * BAR_WIDTH);
    return "[%s%s] %3.0f%%"
        .formatted("#".repeat(filled), ".".repeat(BAR_WIDTH - filled), part * 100);
  }
}
