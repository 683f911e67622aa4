package dev.duplex.lab;

/** The laboratory cannot do what was asked; the message is one line that says what to do. */
public final class LabException extends RuntimeException {
  LabException(String message) {
    super(message);
  }

  LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
