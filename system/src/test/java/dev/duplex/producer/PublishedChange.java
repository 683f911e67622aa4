package dev.duplex.producer;

import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** A record of the changes topic as a stranger decodes it. */
public record PublishedChange(long offset, @Nullable GenericRecord key, GenericRecord value) {

  public String op() {
    return String.valueOf(value.get("op"));
  }

  public GenericRecord source() {
    return (GenericRecord) value.get("source");
  }

  public GenericRecord transaction() {
    return (GenericRecord) value.get("transaction");
  }

  public long position() {
    return (Long) transaction().get("position");
  }

  public long previousPosition() {
    return (Long) transaction().get("previous_position");
  }

  public long order() {
    return (Long) transaction().get("total_order");
  }

  public @Nullable Long count() {
    return (Long) transaction().get("count");
  }

  public @Nullable GenericRecord before() {
    return (GenericRecord) value.get("before");
  }

  public @Nullable GenericRecord after() {
    return (GenericRecord) value.get("after");
  }

  /** A column of the new row. */
  public @Nullable Object after(String column) {
    GenericRecord row = after();
    return row == null ? null : row.get(column);
  }
}
