package dev.duplex.schemas.failure;

import dev.duplex.schemas.Reason;
import org.jspecify.annotations.Nullable;

/** Going on could lose or falsify something: an operator must act. */
public final class HaltException extends DuplexException {
  private final Reason reason;

  public HaltException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public HaltException(Reason reason, String message) {
    this(reason, message, null);
  }

  public Reason reason() {
    return reason;
  }
}
