package dev.duplex.producer.spool;

import java.nio.file.Path;

/**
 * A diff file up to a block's end.
 *
 * @param length where that is, in bytes
 * @param checksum of everything before it
 * @param lastPosition of the last change before it
 */
record DiffFile(Path path, FileHeader header, long length, int checksum, long lastPosition) {
  long sequence() {
    return header.sequence();
  }
}
