package dev.duplex.consumer.source;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@code <link>.changes} in order, one at a time: after {@link #next} has said true,
 * the other methods tell about that record.
 *
 * <p>Owned by one thread.
 */
public interface ChangeSource extends AutoCloseable {
  /** Goes to an offset; {@link #next} gives the first record at or behind it. */
  void seek(long offset);

  /**
   * Moves to the next record.
   *
   * @param wait how long at most, if none is at hand; zero takes only what has arrived
   * @return false if there is none yet
   * @throws dev.duplex.schemas.failure.HaltException if what lies there is lost
   * @throws dev.duplex.schemas.failure.RetryException if it cannot be read for now
   */
  boolean next(Duration wait) throws InterruptedException;

  long offset();

  /** The record's value; null for a record without one. */
  byte @Nullable [] value();

  /** The fingerprint of the value's schema; null if the record has none. */
  byte @Nullable [] fingerprint();

  /** The offset to go on from when all records so far are applied: never a record's before. */
  long nextOffset();

  /** Whether the last answer of the source has shown that nothing more is there. */
  boolean isAtEnd();

  /** Takes at most some seconds. */
  @Override
  void close();
}
