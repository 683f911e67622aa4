package dev.duplex.schemas.row;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.io.IOException;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** A table with one column: sends a text through the encoder and reads it back with plain Avro. */
final class OneColumn {
  private static final TransactionStamp STAMP = TransactionStamp.of(1, 8, 0L, 0);

  private final EnvelopeEncoder encoder;
  private final RowField field;

  OneColumn(SqlType type) {
    Table table =
        new Table(new TableId("public", "t"), List.of(new Column("v", type, false)), false);
    encoder = new EnvelopeEncoder(new Link("test"), new PrimaryIdentity("1", 1), "db", table);
    field = RowLayout.of(encoder.schema().envelope()).fields().get(0);
  }

  static OneColumn numeric(int precision, int scale) {
    return new OneColumn(numericType(precision, scale));
  }

  /** numeric(precision, scale), with the modifier as PostgreSQL's catalog has it. */
  static SqlType numericType(int precision, int scale) {
    return new SqlType("numeric", (precision << 16 | (scale & 0x7FF)) + 4);
  }

  WireType carrier() {
    return field.carrier();
  }

  /** What Avro's generic reader gives. */
  @Nullable Object value(@Nullable String text) throws IOException {
    return row(text).get("v");
  }

  /** What a replica would write back. */
  @Nullable String roundTrip(@Nullable String text) throws IOException {
    return ReplicaText.of(row(text), field);
  }

  /** Whether the value travels in the string branch beside the typed one. */
  boolean escapes(String text) throws IOException {
    return carrier().escapable() && value(text) instanceof CharSequence;
  }

  private GenericRecord row(@Nullable String text) throws IOException {
    byte[] change = encoder.change(Operation.CREATE, STAMP, 0, 1, 1, null, Tuples.of(text));
    return (GenericRecord) Messages.decode(encoder.schema().envelope(), change).get("after");
  }
}
