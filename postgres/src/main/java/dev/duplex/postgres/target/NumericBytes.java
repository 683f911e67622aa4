package dev.duplex.postgres.target;

import java.nio.ByteBuffer;

/**
 * Numbers of up to 18 digits in PostgreSQL's binary form of numeric: digits of base 10,000
 * (src/backend/utils/adt/numeric.c, numeric_recv).
 *
 * <p>Not thread-safe.
 */
final class NumericBytes {
  private static final int BASE = 10_000;
  private static final int BASE_DIGITS = 4;
  private static final short NEGATIVE = 0x4000;
  private static final int MOST_GROUPS = 7;
  private static final long[] POWERS = {1, 10, 100, 1_000};

  private final short[] groups = new short[MOST_GROUPS];

  /** Adds {@code unscaled / 10^scale}, whose digits must be 18 at most. */
  void add(ColumnArray out, long unscaled, int scale) {
    long magnitude = Math.abs(unscaled);
    // The point must fall between two groups: fill up the last one behind the point.
    int fractionGroups = (scale + BASE_DIGITS - 1) / BASE_DIGITS;
    int padding = fractionGroups * BASE_DIGITS - scale;
    int count = split(magnitude, (int) POWERS[padding]);
    int weight = count - fractionGroups - 1;
    int first = 0;
    while (first < count && groups[first] == 0) {
      first++; // groups are stored lowest first: zeros behind the last digit are not sent
    }
    int digits = count - first;
    ByteBuffer bytes = out.add((4 + digits) * Short.BYTES);
    bytes.putShort((short) digits);
    bytes.putShort((short) (digits == 0 ? 0 : weight));
    bytes.putShort(unscaled < 0 ? NEGATIVE : 0);
    bytes.putShort((short) scale);
    for (int i = count - 1; i >= first; i--) {
      bytes.putShort(groups[i]);
    }
  }

  private int split(long magnitude, int multiplier) {
    // The multiplication could overflow, so it is done on the lowest group alone.
    int perGroup = BASE / multiplier;
    int count = 0;
    long rest = magnitude;
    if (rest != 0) {
      groups[count++] = (short) (rest % perGroup * multiplier);
      rest /= perGroup;
    }
    for (; rest != 0; rest /= BASE) {
      groups[count++] = (short) (rest % BASE);
    }
    return count;
  }
}
