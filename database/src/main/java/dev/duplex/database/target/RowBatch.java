package dev.duplex.database.target;

import java.util.Arrays;

/**
 * Rows of one table on their way to it: for each, the bytes of a record and where in them the row's
 * image begins. Filled, written and filled again without garbage. Not thread-safe.
 */
public final class RowBatch {
  private static final int START_SIZE = 64;
  // One that a flush made grow beyond is given back.
  private static final int KEEP_SIZE = 32 << 10;

  private byte[][] records = new byte[START_SIZE][];
  private int[] images = new int[START_SIZE];
  private int size;

  /** Takes a row; the bytes are not copied. */
  public void add(byte[] record, int image) {
    if (size == images.length) {
      records = Arrays.copyOf(records, size * 2);
      images = Arrays.copyOf(images, size * 2);
    }
    records[size] = record;
    images[size] = image;
    size++;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public int size() {
    return size;
  }

  /** The bytes that have the row. */
  public byte[] record(int index) {
    return records[index];
  }

  /** Where in them its image begins. */
  public int image(int index) {
    return images[index];
  }

  /** Lets go of the rows. */
  public void clear() {
    if (size > KEEP_SIZE) {
      records = new byte[START_SIZE][];
      images = new int[START_SIZE];
    } else {
      Arrays.fill(records, 0, size, null);
    }
    size = 0;
  }
}
