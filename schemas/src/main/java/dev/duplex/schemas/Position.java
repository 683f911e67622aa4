package dev.duplex.schemas;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the primary's commit order, shown the way PostgreSQL shows a log sequence number.
 *
 * <p>The number is the LSN at which the transaction's commit record begins: the {@code final_lsn}
 * of pgoutput's Begin message, so that every change of a transaction can carry it while the
 * transaction is still being streamed (see docs/decisions/0001-position.md).
 */
public final class Position {
  private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

  private Position() {}

  /** Shows a position as {@code 0/2C340AE0}. */
  public static String format(long position) {
    return Long.toHexString(position >>> 32).toUpperCase(Locale.ROOT)
        + "/"
        + Long.toHexString(position & 0xFFFF_FFFFL).toUpperCase(Locale.ROOT);
  }

  /**
   * Reads what {@link #format} writes and what PostgreSQL's {@code pg_lsn} shows.
   *
   * @throws IllegalArgumentException if the text is no position
   */
  public static long parse(String text) {
    Matcher halves = TEXT.matcher(text);
    if (!halves.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no position (expected e.g. 0/2C340AE0)");
    }
    long high = Long.parseLong(halves.group(1), 16);
    long low = Long.parseLong(halves.group(2), 16);
    return (high << 32) | low;
  }
}
