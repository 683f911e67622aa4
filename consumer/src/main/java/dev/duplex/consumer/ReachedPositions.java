package dev.duplex.consumer;

/**
 * When which position was reached, to 10 ms, for the last {@value #SIZE} times. Written by the
 * applier's thread, read by another one.
 */
final class ReachedPositions {
  private static final int SIZE = 4_096;
  private static final long RESOLUTION_MICROS = 10_000;

  private final long[] positions = new long[SIZE];
  private final long[] micros = new long[SIZE];
  private long count;

  /** The secondary has everything up to a position; they grow unless the link starts anew. */
  synchronized void add(long position, long nowMicros) {
    int last = slot(count - 1);
    if (count > 0 && positions[last] == position) {
      return;
    }
    if (count > 0 && positions[last] > position) {
      count = 0;
    }
    if (count == 0 || nowMicros - micros[last] >= RESOLUTION_MICROS) {
      last = slot(count++);
      micros[last] = nowMicros;
    }
    positions[last] = position;
  }

  /**
   * When a position was reached: the time of the first commit that is known to have it. If it was
   * reached before the oldest one, that one's time.
   */
  synchronized long micros(long position) {
    long i = count - 1;
    long oldest = Math.max(0, count - SIZE);
    while (i > oldest && positions[slot(i - 1)] >= position) {
      i--;
    }
    return i < 0 ? 0 : micros[slot(i)];
  }

  private static int slot(long index) {
    return (int) Math.floorMod(index, (long) SIZE);
  }
}
