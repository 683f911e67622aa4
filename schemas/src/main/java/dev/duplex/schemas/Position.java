package dev.duplex.schemas;

/**
 * A place in the primary's commit order, shown the way PostgreSQL shows a log sequence number.
 *
 * <p>The number is the LSN at which the transaction's commit record begins: the {@code final_lsn}
 * of pgoutput's Begin message, so that every change of a transaction can carry it while the
 * transaction is still being streamed (see docs/decisions/0001-position.md).
 */
public final class Position {
  private Position() {}

  /** Shows a position as {@code 0/2C340AE0}. */
  public static String format(long position) {
    return Long.toHexString(position >>> 32).toUpperCase(java.util.Locale.ROOT)
        + "/"
        + Long.toHexString(position & 0xFFFF_FFFFL).toUpperCase(java.util.Locale.ROOT);
  }

  /**
   * Reads what {@link #format} writes and what PostgreSQL's {@code pg_lsn} shows.
   *
   * @throws IllegalArgumentException if the text is no position
   */
  public static long parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || slash > 8 || text.length() - slash - 1 < 1 || text.length() - slash - 1 > 8) {
      throw new IllegalArgumentException(
          "'" + text + "' is no position (expected e.g. 0/2C340AE0)");
    }
    try {
      long high = Long.parseLong(text.substring(0, slash), 16);
      long low = Long.parseLong(text.substring(slash + 1), 16);
      return (high << 32) | low;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no position (expected e.g. 0/2C340AE0)", e);
    }
  }
}
