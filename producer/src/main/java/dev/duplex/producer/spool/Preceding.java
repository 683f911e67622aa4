package dev.duplex.producer.spool;

import org.jspecify.annotations.Nullable;

/**
 * The end of the file before a new one.
 *
 * @param file null if there is none
 * @param position of its last change
 */
record Preceding(@Nullable String file, long sequence, long length, int checksum, long position) {
  static final Preceding NONE = new Preceding(null, 0, 0, 0, 0);

  static Preceding of(DiffFile file) {
    return new Preceding(
        file.header().name().toString(),
        file.sequence(),
        file.length(),
        file.checksum(),
        file.lastPosition());
  }

  static Preceding of(Head head) {
    Head.End end = head.end();
    return end == null
        ? new Preceding(null, head.sequence(), 0, 0, 0)
        : new Preceding(
            end.file(),
            head.sequence(),
            end.length(),
            end.checksum(),
            end.transaction().position());
  }

  void describe(Entries entries) {
    if (file != null) {
      entries
          .put(FileHeader.PRECEDING_FILE, file)
          .put(FileHeader.PRECEDING_LENGTH, length)
          .putChecksum(FileHeader.PRECEDING_CHECKSUM, checksum)
          .putPosition(FileHeader.PRECEDING_POSITION, position);
    }
  }
}
