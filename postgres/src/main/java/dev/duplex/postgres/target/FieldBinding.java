package dev.duplex.postgres.target;

import dev.duplex.schemas.change.AvroReader;
import dev.duplex.schemas.change.FieldText;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.row.RowField;

/**
 * Moves values from a record to a parameter.
 *
 * <p>Not thread-safe.
 */
final class FieldBinding {
  private static final long MICROS_1970_TO_2000 = 946_684_800_000_000L;
  private static final int DAYS_1970_TO_2000 = 10_957;
  private static final int UUID_BYTES = 16;

  private final NumericBytes numeric = new NumericBytes();
  private final StringBuilder text = new StringBuilder();

  /**
   * Reads one field and adds it.
   *
   * @return false if the column's array is typed and cannot hold this value: nothing is added and
   *     the row must be bound as text
   */
  boolean add(RowField field, AvroReader in, ColumnArray out) {
    int branch = in.readInt();
    if (branch == RowFormat.NULL) {
      out.addNull();
      return true;
    }
    if (branch == RowFormat.ESCAPED) {
      if (out.elementType() != ArrayType.TEXT) {
        return false;
      }
      addSlice(in, out);
      return true;
    }
    if (out.elementType() == ArrayType.TEXT && field.carrier().escapable()) {
      text.setLength(0);
      FieldText.append(field, in, text);
      out.addText(text);
      return true;
    }
    return addTyped(field, in, out);
  }

  private boolean addTyped(RowField field, AvroReader in, ColumnArray out) {
    switch (field.carrier()) {
      case BOOLEAN -> out.addBoolean(in.readBoolean());
      case INT -> out.addInt((int) in.readLong());
      case LONG -> out.addLong(in.readLong());
      case FLOAT -> out.addInt(in.readFloatBits());
      case DOUBLE -> out.addLong(in.readDoubleBits());
      case BYTES, TEXT -> addSlice(in, out);
      case UUID -> addUuid(in, out);
      case DECIMAL -> {
        return addDecimal(field.scale(), in, out);
      }
      case DATE -> out.addInt((int) in.readLong() - DAYS_1970_TO_2000);
      case TIME -> out.addLong(in.readLong());
      case LOCAL_TIMESTAMP, TIMESTAMP -> out.addLong(in.readLong() - MICROS_1970_TO_2000);
    }
    return true;
  }

  private static void addSlice(AvroReader in, ColumnArray out) {
    int length = in.readLength();
    out.addBytes(in.bytes(), in.position(), length);
    in.skip(length);
  }

  private boolean addDecimal(int scale, AvroReader in, ColumnArray out) {
    int length = in.readLength();
    if (length >= Long.BYTES) {
      return false; // may have more than 18 digits
    }
    long unscaled = 0;
    for (int i = 0; i < length; i++) {
      byte next = in.bytes()[in.position() + i];
      unscaled = i == 0 ? next : unscaled << 8 | (next & 0xFF);
    }
    in.skip(length);
    numeric.add(out, unscaled, scale);
    return true;
  }

  private static void addUuid(AvroReader in, ColumnArray out) {
    int length = in.readLength();
    byte[] source = in.bytes();
    int end = in.position() + length;
    var target = out.add(UUID_BYTES);
    for (int at = in.position(); target.hasRemaining() && at + 1 < end; at += 2) {
      at = source[at] == '-' ? at + 1 : at;
      int high = Character.digit(source[at], 16);
      int low = Character.digit(source[at + 1], 16);
      target.put((byte) (high << 4 | low));
    }
    in.skip(length);
  }
}
