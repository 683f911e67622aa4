package dev.duplex.producer.spool;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.RetryException;
import org.jspecify.annotations.Nullable;

/**
 * {@code spool.max-size} is reached or the disk is full. What is committed stays; what is not must
 * be rolled back, and can be appended again when there is room.
 */
public final class SpoolFullException extends RetryException {
  private static final long serialVersionUID = 1L;

  SpoolFullException(String message, @Nullable Throwable cause) {
    super(Reason.SPOOL_FULL, message, cause);
  }
}
