package dev.duplex.schemas.failure;

import dev.duplex.schemas.Reason;
import org.jspecify.annotations.Nullable;

/** Something outside is away for now; the same step is tried again after a pause. */
public non-sealed class RetryException extends DuplexException {
  private final Reason reason;

  public RetryException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
