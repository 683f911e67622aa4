package dev.duplex.schemas.change;

import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.wire.WireFormat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The row key of a change that was read: a column lies in the key as it lies in the row. */
public final class RowKey {
  private RowKey() {}

  /**
   * The key that addresses the row, as it was before the change, with room for the header of the
   * wire format.
   *
   * @return null if the table has no key, or for a truncate
   */
  public static byte @Nullable [] of(Change change, RowFormat format) {
    boolean keyed = format.fields().stream().anyMatch(field -> field.key());
    if (!keyed || change.operation() == Operation.TRUNCATE) {
      return null;
    }
    AvroReader in = new AvroReader();
    in.reset(change.bytes(), change.before() == Change.NONE ? change.after() : change.before());
    byte[] key = new byte[change.bytes().length];
    int length = WireFormat.HEADER_BYTES;
    for (int i = 0; i < format.fields().size(); i++) {
      int start = in.position();
      format.skipField(in, i);
      if (format.fields().get(i).key()) {
        int size = in.position() - start;
        System.arraycopy(change.bytes(), start, key, length, size);
        length += size;
      }
    }
    return Arrays.copyOf(key, length);
  }
}
