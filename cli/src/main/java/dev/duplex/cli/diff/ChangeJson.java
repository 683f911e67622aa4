package dev.duplex.cli.diff;

import dev.duplex.producer.spool.SpooledChange;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.change.AvroReader;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.row.RowField;
import dev.duplex.schemas.row.TextTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A change for JSON: columns by their names, values as PostgreSQL writes them. */
final class ChangeJson {
  private ChangeJson() {}

  static Map<String, Object> asMap(SpooledChange spooled) {
    Change change = spooled.change();
    RowFormat format = spooled.format();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("position", Position.format(change.position()));
    map.put(
        "previousPosition",
        change.hasPreviousPosition() ? Position.format(change.previousPosition()) : null);
    map.put("order", change.order());
    map.put("count", change.count() == 0 ? null : change.count());
    map.put("transactionId", change.transactionId());
    map.put("committed", DiffText.time(change.commitMicros()));
    map.put("table", format.table().toString());
    map.put("op", String.valueOf(change.operation().code()));
    map.put("before", row(change, format, change.before()));
    map.put("after", row(change, format, change.after()));
    if (change.unchanged() != null) {
      List<String> unchanged =
          change.unchanged().stream().mapToObj(i -> format.fields().get(i).column()).toList();
      map.put("unchanged", unchanged);
    }
    return map;
  }

  private static @Nullable Map<String, Object> row(Change change, RowFormat format, int image) {
    if (image == Change.NONE) {
      return null;
    }
    AvroReader in = new AvroReader();
    in.reset(change.bytes(), image);
    Map<String, Object> row = new LinkedHashMap<>();
    for (RowField field : format.fields()) {
      int branch = in.readInt();
      if (branch == RowFormat.NULL) {
        row.put(field.column(), null);
      } else {
        row.put(field.column(), branch == RowFormat.ESCAPED ? text(in) : value(field, in));
      }
    }
    return row;
  }

  private static Object value(RowField field, AvroReader in) {
    StringBuilder text = new StringBuilder();
    return switch (field.carrier()) {
      case BOOLEAN -> in.readBoolean();
      case INT, LONG -> in.readLong();
      case FLOAT -> Float.intBitsToFloat(in.readFloatBits());
      case DOUBLE -> Double.longBitsToDouble(in.readDoubleBits());
      case BYTES -> "\\x" + HexFormat.of().formatHex(bytes(in));
      case TEXT, UUID -> text(in);
      case DECIMAL -> new BigDecimal(new BigInteger(bytes(in)), field.scale()).toPlainString();
      case DATE -> {
        TextTime.appendDate(text, in.readLong());
        yield text.toString();
      }
      case TIME -> {
        TextTime.appendTime(text, in.readLong());
        yield text.toString();
      }
      case LOCAL_TIMESTAMP -> {
        TextTime.appendTimestamp(text, in.readLong());
        yield text.toString();
      }
      case TIMESTAMP -> {
        TextTime.appendTimestamp(text, in.readLong());
        yield text.append("+00").toString();
      }
    };
  }

  private static String text(AvroReader in) {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(AvroReader in) {
    int length = in.readLength();
    byte[] bytes = Arrays.copyOfRange(in.bytes(), in.position(), in.position() + length);
    in.skip(length);
    return bytes;
  }
}
