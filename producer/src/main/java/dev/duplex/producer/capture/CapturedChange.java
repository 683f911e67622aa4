package dev.duplex.producer.capture;

import dev.duplex.schemas.row.EnvelopeEncoder;
import org.jspecify.annotations.Nullable;

/**
 * One change, encoded, with room for the wire format's header in key and value. Handed from the
 * capture to its consumer, who may write to the arrays; no record, because arrays do not compare.
 */
public final class CapturedChange {
  private final EnvelopeEncoder table;
  private final byte @Nullable [] key;
  private final byte[] value;
  private final long position;
  private final long order;
  private final @Nullable TransactionEnd end;

  CapturedChange(
      EnvelopeEncoder table,
      byte @Nullable [] key,
      byte[] value,
      long position,
      long order,
      @Nullable TransactionEnd end) {
    this.table = table;
    this.key = key;
    this.value = value;
    this.position = position;
    this.order = order;
    this.end = end;
  }

  /** Whose change it is; its schemas decode key and value. */
  public EnvelopeEncoder table() {
    return table;
  }

  /** Null if the table has no key, or for a truncate. */
  public byte @Nullable [] key() {
    return key;
  }

  public byte[] value() {
    return value;
  }

  /** Position of its transaction. */
  public long position() {
    return position;
  }

  /** Its number within the transaction, from 1. */
  public long order() {
    return order;
  }

  /** Set on the last change of a transaction. */
  public @Nullable TransactionEnd end() {
    return end;
  }

  /** Bytes of key and value, for limits. */
  public int size() {
    return value.length + (key == null ? 0 : key.length);
  }

  /** The same change as the last of its transaction, with its value made anew. */
  CapturedChange asLast(byte[] valueWithCount, TransactionEnd newEnd) {
    return new CapturedChange(table, key, valueWithCount, position, order, newEnd);
  }
}
