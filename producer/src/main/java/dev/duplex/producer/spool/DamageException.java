package dev.duplex.producer.spool;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Something in a diff file is not as it was written. */
final class DamageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final long offset;

  DamageException(Path file, long offset, String what, @Nullable Throwable cause) {
    super(what, cause);
    this.file = file;
    this.offset = offset;
  }

  Path file() {
    return file;
  }

  /** Where the part begins that is damaged: a block, or 0 for the header. */
  long offset() {
    return offset;
  }

  /** What is wrong. */
  String what() {
    return String.valueOf(getMessage());
  }
}
