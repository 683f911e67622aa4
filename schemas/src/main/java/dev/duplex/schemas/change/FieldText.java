package dev.duplex.schemas.change;

import dev.duplex.schemas.row.RowField;
import dev.duplex.schemas.row.TextTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Values as PostgreSQL's text: exact, so that its input functions give the same value again. */
public final class FieldText {
  private FieldText() {}

  /** Reads a whole field, whatever branch it has, for people. */
  public static void appendAny(RowField field, AvroReader in, StringBuilder out) {
    int branch = in.readInt();
    if (branch == RowFormat.NULL) {
      out.append("null");
    } else if (branch == RowFormat.ESCAPED) {
      appendString(in, out);
    } else {
      append(field, in, out);
    }
  }

  /** Reads a value of the typed branch. */
  public static void append(RowField field, AvroReader in, StringBuilder out) {
    switch (field.carrier()) {
      case BOOLEAN -> out.append(in.readBoolean());
      case INT, LONG -> out.append(in.readLong());
      case FLOAT -> out.append(Float.intBitsToFloat(in.readFloatBits()));
      case DOUBLE -> out.append(Double.longBitsToDouble(in.readDoubleBits()));
      case BYTES -> HexFormat.of().formatHex(out.append("\\x"), readBytes(in));
      case TEXT, UUID -> appendString(in, out);
      case DECIMAL ->
          out.append(new BigDecimal(new BigInteger(readBytes(in)), field.scale()).toPlainString());
      case DATE -> TextTime.appendDate(out, in.readLong());
      case TIME -> TextTime.appendTime(out, in.readLong());
      case LOCAL_TIMESTAMP -> TextTime.appendTimestamp(out, in.readLong());
      case TIMESTAMP -> {
        TextTime.appendTimestamp(out, in.readLong());
        out.append("+00");
      }
    }
  }

  private static void appendString(AvroReader in, StringBuilder out) {
    out.append(new String(readBytes(in), StandardCharsets.UTF_8));
  }

  private static byte[] readBytes(AvroReader in) {
    int length = in.readLength();
    byte[] bytes = Arrays.copyOfRange(in.bytes(), in.position(), in.position() + length);
    in.skip(length);
    return bytes;
  }
}
