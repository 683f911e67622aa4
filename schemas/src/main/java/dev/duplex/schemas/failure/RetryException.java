package dev.duplex.schemas.failure;

import org.jspecify.annotations.Nullable;

/** Something outside is away for now; the same step is tried again after a pause. */
public final class RetryException extends DuplexException {
  public RetryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public RetryException(String message) {
    super(message, null);
  }
}
