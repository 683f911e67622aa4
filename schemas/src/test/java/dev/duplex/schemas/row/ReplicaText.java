package dev.duplex.schemas.row;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns a value that Avro's generic reader gave back into text that PostgreSQL's input functions
 * read: what anyone who keeps a replica from the topic has to do.
 */
final class ReplicaText {
  private static final int ESCAPED = 2;

  private ReplicaText() {}

  static @Nullable String of(IndexedRecord row, RowField field) {
    Schema.Field avro = row.getSchema().getField(AvroName.of(field.column()));
    Object value = row.get(avro.pos());
    if (value == null) {
      return null;
    }
    int branch = GenericData.get().resolveUnion(avro.schema(), value);
    return branch == ESCAPED ? value.toString() : typed(value, field);
  }

  private static String typed(Object value, RowField field) {
    StringBuilder text = new StringBuilder();
    switch (field.carrier()) {
      case BOOLEAN, INT, LONG, FLOAT, DOUBLE, TEXT, UUID -> text.append(value);
      case BYTES -> text.append("\\x").append(HexFormat.of().formatHex(bytes(value)));
      case DECIMAL ->
          text.append(new BigDecimal(new BigInteger(bytes(value)), field.scale()).toPlainString());
      case DATE -> TextTime.appendDate(text, (Integer) value);
      case TIME -> TextTime.appendTime(text, (Long) value);
      case LOCAL_TIMESTAMP -> TextTime.appendTimestamp(text, (Long) value);
      case TIMESTAMP -> {
        TextTime.appendTimestamp(text, (Long) value);
        text.append("+00");
      }
    }
    return text.toString();
  }

  private static byte[] bytes(Object value) {
    ByteBuffer buffer = (ByteBuffer) value;
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
