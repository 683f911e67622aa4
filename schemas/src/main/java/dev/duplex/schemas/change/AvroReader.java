package dev.duplex.schemas.change;

/**
 * Avro binary in an array, read by position. Avro's own decoder does not tell where it is, and an
 * applier that folds changes decodes most images never or later: it only keeps where they lie.
 *
 * <p>Reading behind the end throws {@link IndexOutOfBoundsException}. Not thread-safe.
 */
public final class AvroReader {
  private static final int LONGEST_VARINT_SHIFT = 63;

  private byte[] bytes = new byte[0];
  private int position;

  /** Starts to read at a place of an array, which is not copied. */
  public void reset(byte[] array, int start) {
    bytes = array;
    position = start;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int position() {
    return position;
  }

  public boolean atEnd() {
    return position == bytes.length;
  }

  /** A long or an int: both are the same bytes. */
  public long readLong() {
    long value = 0;
    for (int shift = 0; shift <= LONGEST_VARINT_SHIFT; shift += 7) {
      byte next = bytes[position++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("a number has more than 64 bits");
  }

  /**
   * An int.
   *
   * @throws IllegalArgumentException if the number does not fit
   */
  public int readInt() {
    long value = readLong();
    if ((int) value != value) {
      throw new IllegalArgumentException("a number has more than 32 bits");
    }
    return (int) value;
  }

  public boolean readBoolean() {
    return bytes[position++] != 0;
  }

  public int readFloatBits() {
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value |= (bytes[position++] & 0xFF) << (8 * i);
    }
    return value;
  }

  public long readDoubleBits() {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value |= (bytes[position++] & 0xFFL) << (8 * i);
    }
    return value;
  }

  /** The length of bytes or of a string; they begin at {@link #position()} then. */
  public int readLength() {
    long length = readLong();
    if (length < 0 || length > bytes.length - position) {
      throw new IllegalArgumentException("a value of " + length + " bytes reaches behind the end");
    }
    return (int) length;
  }

  /** Moves on; the count is checked by whoever reads there. */
  public void skip(int count) {
    position += count;
  }

  /** Moves behind bytes or a string. */
  public void skipBytes() {
    int length = readLength();
    position += length;
  }
}
