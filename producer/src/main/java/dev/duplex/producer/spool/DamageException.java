package dev.duplex.producer.spool;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Something in a diff file is not as it was written. */
final class DamageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final long offset;
  private final @Nullable Long upTo;

  DamageException(Path file, long offset, String what, @Nullable Throwable cause) {
    this(file, offset, what, cause, null);
  }

  /** A failure of which the last position that it can affect is known. */
  DamageException(
      Path file, long offset, String what, @Nullable Throwable cause, @Nullable Long upTo) {
    super(what, cause);
    this.file = file;
    this.offset = offset;
    this.upTo = upTo;
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

  @Nullable Long upTo() {
    return upTo;
  }

  DamageException withUpTo(long position) {
    return new DamageException(file, offset, what(), getCause(), position);
  }
}
