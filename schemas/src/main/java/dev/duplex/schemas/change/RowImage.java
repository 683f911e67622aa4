package dev.duplex.schemas.change;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Parts of row images as bytes. Equal values have equal bytes, because one encoder made them; so a
 * row's key can be compared without decoding it.
 *
 * <p>Not thread-safe.
 */
public final class RowImage {
  private final RowFormat format;
  private final BitSet key;
  private final AvroReader in = new AvroReader();
  private final AvroReader other = new AvroReader();
  private final int firstKey;
  private final int endKey;
  private final boolean adjacent;
  private byte[] keyBytes = new byte[0];
  private int keyStart;
  private int keyEnd;

  /**
   * @param key the fields that make the key
   */
  public RowImage(RowFormat format, BitSet key) {
    this.format = format;
    this.key = key;
    this.firstKey = key.nextSetBit(0);
    this.endKey = key.length();
    this.adjacent = endKey - firstKey == key.cardinality();
  }

  /** Finds the key of an image; {@link #keyBytes} and its bounds then say where it lies. */
  public void findKey(byte[] bytes, int image) {
    in.reset(bytes, image);
    for (int i = 0; i < firstKey; i++) {
      format.skipField(in, i);
    }
    if (adjacent) {
      keyBytes = bytes;
      keyStart = in.position();
      for (int i = firstKey; i < endKey; i++) {
        format.skipField(in, i);
      }
      keyEnd = in.position();
    } else {
      collectKey();
    }
  }

  private void collectKey() {
    ByteArrayOutputStream collected = new ByteArrayOutputStream();
    for (int i = firstKey; i < endKey; i++) {
      int start = in.position();
      format.skipField(in, i);
      if (key.get(i)) {
        collected.write(in.bytes(), start, in.position() - start);
      }
    }
    keyBytes = collected.toByteArray();
    keyStart = 0;
    keyEnd = keyBytes.length;
  }

  /** The bytes that have the key found last. */
  public byte[] keyBytes() {
    return keyBytes;
  }

  /** Where in them it begins. */
  public int keyStart() {
    return keyStart;
  }

  /** Where in them it ends. */
  public int keyEnd() {
    return keyEnd;
  }

  /** Whether two images of one record have the same key. */
  public boolean sameKey(byte[] bytes, int image, int otherImage) {
    findKey(bytes, image);
    byte[] first = keyBytes;
    int start = keyStart;
    int end = keyEnd;
    findKey(bytes, otherImage);
    return Arrays.equals(first, start, end, keyBytes, keyStart, keyEnd);
  }

  /** A new image, of which the given columns come from an older one. */
  public byte[] merge(
      byte[] newer, int newerImage, BitSet fromOlder, byte[] older, int olderImage) {
    ByteArrayOutputStream merged = new ByteArrayOutputStream();
    in.reset(newer, newerImage);
    other.reset(older, olderImage);
    for (int i = 0; i < format.fields().size(); i++) {
      int start = in.position();
      int otherStart = other.position();
      format.skipField(in, i);
      format.skipField(other, i);
      if (fromOlder.get(i)) {
        merged.write(older, otherStart, other.position() - otherStart);
      } else {
        merged.write(newer, start, in.position() - start);
      }
    }
    return merged.toByteArray();
  }
}
