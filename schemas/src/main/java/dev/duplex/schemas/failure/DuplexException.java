package dev.duplex.schemas.failure;

import org.jspecify.annotations.Nullable;

/**
 * Root of what Duplex throws, split by what the caller does: try again ({@link RetryException}),
 * stop until an operator acts ({@link HaltException}), leave the work to another instance ({@link
 * FencedException}), or correct the call ({@link SetupException}). The message is one line that
 * says what to do.
 */
public abstract sealed class DuplexException extends RuntimeException
    permits RetryException, HaltException, FencedException, SetupException {
  DuplexException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
