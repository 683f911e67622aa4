package dev.duplex.schemas.failure;

import org.jspecify.annotations.Nullable;

/** Another instance holds the role; this one must not write any more. */
public final class FencedException extends DuplexException {
  public FencedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public FencedException(String message) {
    super(message, null);
  }
}
