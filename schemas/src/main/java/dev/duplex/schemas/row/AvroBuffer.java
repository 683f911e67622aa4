package dev.duplex.schemas.row;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.BinaryData;

/**
 * A growing array that takes Avro binary. Avro's own encoders write to a stream and cannot say
 * where a field lies; the relay must know that to add the count to a transaction's last change.
 *
 * <p>Not thread-safe.
 */
public final class AvroBuffer {
  private byte[] bytes;
  private int length;

  public AvroBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  /** Forgets the content and keeps the memory, unless one huge value had made it grow. */
  void clear(int keepAtMost) {
    length = 0;
    if (bytes.length > keepAtMost) {
      bytes = new byte[keepAtMost];
    }
  }

  int length() {
    return length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** The null branch of a column's union. */
  public void writeNull() {
    writeByte((byte) 0);
  }

  public void writeLong(long value) {
    ensure(10);
    length += BinaryData.encodeLong(value, bytes, length);
  }

  public void writeInt(int value) {
    ensure(5);
    length += BinaryData.encodeInt(value, bytes, length);
  }

  public void writeFloat(float value) {
    ensure(4);
    length += BinaryData.encodeFloat(value, bytes, length);
  }

  public void writeDouble(double value) {
    ensure(8);
    length += BinaryData.encodeDouble(value, bytes, length);
  }

  public void writeBoolean(boolean value) {
    ensure(1);
    length += BinaryData.encodeBoolean(value, bytes, length);
  }

  public void writeByte(byte value) {
    ensure(1);
    bytes[length++] = value;
  }

  public void writeBytes(byte[] source, int offset, int count) {
    writeLong(count);
    writeRaw(source, offset, count);
  }

  public void writeString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    writeBytes(utf8, 0, utf8.length);
  }

  public void writeRaw(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  /** Makes room for {@code count} bytes and returns where they begin; fill them by {@link #set}. */
  public int skip(int count) {
    ensure(count);
    int start = length;
    length += count;
    return start;
  }

  public void set(int index, byte value) {
    bytes[index] = value;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
    }
  }
}
