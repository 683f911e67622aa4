package dev.duplex.schemas.failure;

import org.jspecify.annotations.Nullable;

/** A prerequisite is missing or a command cannot be done; the message says what to set. */
public final class SetupException extends DuplexException {
  public SetupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public SetupException(String message) {
    super(message, null);
  }
}
