package dev.duplex.postgres.target;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * One column of many rows as the array parameter of a statement, built in PostgreSQL's binary form
 * (src/backend/utils/adt/arrayfuncs.c, array_recv): a value goes from the record's bytes to the
 * parameter's without an object between.
 *
 * <p>Owned by one thread; filled, bound and filled again.
 */
@SuppressWarnings("EqualsHashCode") // compared by identity, as no two are ever meant to be equal
final class ColumnArray extends PGobject implements PGBinaryObject {
  private static final int HEADER_BYTES = 20;
  // A buffer that a flush of large values made grow is given back.
  private static final int KEEP_BYTES = 256 << 10;
  private static final int START_BYTES = 4 << 10;

  private transient byte[] bytes = new byte[START_BYTES];
  private transient int length = HEADER_BYTES;
  private transient int count;
  private transient ArrayType elementType = ArrayType.TEXT;

  /** Empties it for another statement. */
  void start(ArrayType newType) {
    elementType = newType;
    setType(newType.driverName());
    length = HEADER_BYTES;
    count = 0;
    if (bytes.length > KEEP_BYTES) {
      bytes = new byte[START_BYTES];
    }
  }

  ArrayType elementType() {
    return elementType;
  }

  int length() {
    return length;
  }

  /** Takes the last element back. */
  void undo(int lengthBefore) {
    length = lengthBefore;
    count--;
  }

  void addNull() {
    begin(-1, 0);
  }

  void addBoolean(boolean value) {
    int at = begin(1, 1);
    bytes[at] = (byte) (value ? 1 : 0);
  }

  void addInt(int value) {
    writeInt(begin(Integer.BYTES, Integer.BYTES), value);
  }

  void addLong(long value) {
    writeLong(begin(Long.BYTES, Long.BYTES), value);
  }

  void addBytes(byte[] source, int offset, int size) {
    int at = begin(size, size);
    System.arraycopy(source, offset, bytes, at, size);
  }

  void addText(CharSequence text) {
    byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
    addBytes(utf8, 0, utf8.length);
  }

  /** An element of a known size, to be filled with the numbers that follow. */
  ByteBuffer add(int size) {
    int at = begin(size, size);
    return ByteBuffer.wrap(bytes, at, size);
  }

  private int begin(int sizeField, int size) {
    int start = length + Integer.BYTES;
    int end = Math.addExact(start, size);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, (int) Math.min(bytes.length * 2L, 1 << 30)));
    }
    writeInt(length, sizeField);
    length = end;
    count++;
    return start;
  }

  private void writeInt(int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }

  private void writeLong(int at, long value) {
    writeInt(at, (int) (value >>> 32));
    writeInt(at + Integer.BYTES, (int) value);
  }

  @Override
  public int lengthInBytes() {
    return length;
  }

  @Override
  public void toBytes(byte[] target, int offset) {
    writeInt(0, 1); // one dimension
    writeInt(4, 1); // there may be nulls
    writeInt(8, elementType.elementOid());
    writeInt(12, count);
    writeInt(16, 1); // the first index
    System.arraycopy(bytes, 0, target, offset, length);
  }

  @Override
  public void setByteValue(byte[] value, int offset) {
    throw new UnsupportedOperationException("only for parameters");
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public Object clone() throws CloneNotSupportedException {
    throw new CloneNotSupportedException();
  }
}
