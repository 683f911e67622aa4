package dev.duplex.producer.capture;

import dev.duplex.schemas.row.EnvelopeEncoder;
import org.jspecify.annotations.Nullable;

/**
 * One change, encoded, with room for the wire format's header in key and value.
 *
 * @param table whose change it is; its schemas decode it
 * @param key null if the table has no key, or for a truncate
 * @param position of its transaction
 * @param order its number within the transaction, from 1
 * @param end set on the last change of a transaction
 */
public record CapturedChange(
    EnvelopeEncoder table,
    byte @Nullable [] key,
    byte[] value,
    long position,
    long order,
    @Nullable TransactionEnd end) {

  /** Bytes of key and value, for limits. */
  public int size() {
    return value.length + (key == null ? 0 : key.length);
  }
}
