package dev.duplex.schemas.change;

import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.row.Operation;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A change as it lies in a record's bytes: what its envelope says, and where its images begin. One
 * instance is filled again for each record; the bytes are never written to, so they may be kept.
 *
 * <p>Not thread-safe.
 */
public final class Change {
  /** Offset of an image that the record does not have. */
  public static final int NONE = -1;

  byte[] bytes = new byte[0];
  Operation operation = Operation.CREATE;
  PrimaryIdentity identity = new PrimaryIdentity("", 0);
  long transactionId;
  long commitMicros;
  long position;
  boolean hasPreviousPosition;
  long previousPosition;
  int previousPositionOffset;
  long order;
  long count;
  @Nullable String copyId;
  @Nullable BitSet unchanged;
  int before;
  int after;

  /** The record; the images lie in it. */
  public byte[] bytes() {
    return bytes;
  }

  public Operation operation() {
    return operation;
  }

  public PrimaryIdentity identity() {
    return identity;
  }

  /** The primary's number of the transaction; 0 for a row of a copy. */
  public long transactionId() {
    return transactionId;
  }

  /** Microseconds since 1970, the primary's clock. */
  public long commitMicros() {
    return commitMicros;
  }

  /** Position of the transaction; see {@link dev.duplex.schemas.Position}. */
  public long position() {
    return position;
  }

  public boolean hasPreviousPosition() {
    return hasPreviousPosition;
  }

  /** Position of the transaction before it, if {@link #hasPreviousPosition()}. */
  public long previousPosition() {
    return previousPosition;
  }

  /** Where in {@link #bytes()} the optional previous position lies. */
  public int previousPositionOffset() {
    return previousPositionOffset;
  }

  /** The change's number within its transaction or copy, from 1. */
  public long order() {
    return order;
  }

  /** How many changes the transaction has; 0 on all but the last. */
  public long count() {
    return count;
  }

  /** The copy that a row belongs to; null for every other operation. */
  public @Nullable String copyId() {
    return copyId;
  }

  /** Columns of the after image that the primary did not send because they are as before. */
  public @Nullable BitSet unchanged() {
    return unchanged;
  }

  /** Where the row before the change begins, or {@link #NONE}. */
  public int before() {
    return before;
  }

  /** Where the row after the change begins, or {@link #NONE}. */
  public int after() {
    return after;
  }
}
