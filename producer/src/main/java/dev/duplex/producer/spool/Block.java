package dev.duplex.producer.spool;

import dev.duplex.schemas.wire.WireFormat;
import java.util.Arrays;
import org.apache.avro.io.BinaryData;

/**
 * Changes that are not written yet, and where among them the last transaction ends.
 *
 * <p>Owned by one thread.
 */
final class Block {
  /** A block is written before it has more, unless a single change has. */
  static final int LIMIT_BYTES = 1 << 20;

  private static final int LONGEST_INDEX_BYTES = 5;

  /**
   * A place between two changes.
   *
   * @param bytes before it
   * @param changes before it
   * @param ends of transactions before it
   * @param position of the change before it
   */
  record Place(int bytes, int changes, int ends, long position) {
    static final Place START = new Place(0, 0, 0, 0);
  }

  private byte[] bytes = new byte[LIMIT_BYTES];
  private Place end = Place.START;
  private Place boundary = Place.START;

  /** Whether a value must wait for the next block. */
  boolean isFullFor(byte[] value) {
    return end.bytes() > 0 && (long) end.bytes() + value.length > LIMIT_BYTES;
  }

  void add(int branch, byte[] value, long position, boolean last) {
    int datum = value.length - WireFormat.HEADER_BYTES;
    int needed = Math.addExact(end.bytes(), datum + LONGEST_INDEX_BYTES);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, needed);
    }
    int start = end.bytes() + BinaryData.encodeInt(branch, bytes, end.bytes());
    System.arraycopy(value, WireFormat.HEADER_BYTES, bytes, start, datum);
    end = new Place(start + datum, end.changes() + 1, end.ends() + (last ? 1 : 0), position);
    if (last) {
      boundary = end;
    }
  }

  byte[] bytes() {
    return bytes;
  }

  Place end() {
    return end;
  }

  /** The end of the last transaction that ends here; {@link Place#START} if none does. */
  Place boundary() {
    return boundary;
  }

  /** Takes away what lies before the boundary. */
  void dropToBoundary() {
    Place cut = boundary;
    System.arraycopy(bytes, cut.bytes(), bytes, 0, end.bytes() - cut.bytes());
    end =
        new Place(
            end.bytes() - cut.bytes(),
            end.changes() - cut.changes(),
            end.ends() - cut.ends(),
            end.position());
    boundary = Place.START;
  }

  void clear() {
    end = Place.START;
    boundary = Place.START;
    if (bytes.length > LIMIT_BYTES) {
      bytes = new byte[LIMIT_BYTES]; // one huge change had made it grow
    }
  }
}
