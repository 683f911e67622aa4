package dev.duplex.producer.spool;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A diff file up to a block's end.
 *
 * @param length where that is, in bytes
 * @param end what is before it; null if nothing but the file itself tells
 */
record DiffFile(Path path, FileHeader header, long length, @Nullable End end) {
  /**
   * What a head or the next file says of a file's end.
   *
   * @param checksum of everything before it
   * @param position of the last change
   */
  record End(int checksum, long position) {}

  static DiffFile confirmed(
      Path path, FileHeader header, long length, int checksum, long lastPosition) {
    return new DiffFile(path, header, length, new End(checksum, lastPosition));
  }

  long sequence() {
    return header.sequence();
  }

  /** Checksum of everything before the end; only where the end is known. */
  int checksum() {
    return Objects.requireNonNull(end).checksum();
  }

  /** Position of the last change before the end; only where the end is known. */
  long lastPosition() {
    return Objects.requireNonNull(end).position();
  }
}
