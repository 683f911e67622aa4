package dev.duplex.producer.capture;

import dev.duplex.schemas.row.AvroBuffer;
import dev.duplex.schemas.row.RowField;
import dev.duplex.schemas.row.SourceRow;
import dev.duplex.schemas.row.WireType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of numbers and texts. */
final class TestRow implements SourceRow {
  private final @Nullable Object[] values;

  TestRow(@Nullable Object... values) {
    this.values = values;
  }

  @Override
  public void write(List<RowField> fields, AvroBuffer out) {
    for (int i = 0; i < fields.size(); i++) {
      write(fields.get(i), values[i], out);
    }
  }

  @Override
  public void writeKey(List<RowField> fields, AvroBuffer out) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).key()) {
        write(fields.get(i), values[i], out);
      }
    }
  }

  @Override
  public List<String> unchanged(List<RowField> fields) {
    return List.of();
  }

  private static void write(RowField field, @Nullable Object value, AvroBuffer out) {
    if (value == null) {
      out.writeNull();
      return;
    }
    out.writeInt(1);
    if (field.carrier() == WireType.LONG) {
      out.writeLong((Long) value);
    } else {
      out.writeString((String) value);
    }
  }
}
