package dev.duplex.database.target;

/**
 * The fast path met something that it cannot do, or that must not be: the group is to be read again
 * and applied change by change. It carries no stack trace, because it is no error.
 */
public final class ReplayNeededException extends Exception {
  /** Needed because of what the message says. */
  public ReplayNeededException(String message) {
    super(message, null, false, false);
  }
}
