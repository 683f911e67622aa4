package dev.duplex.producer.spool;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The file {@code head}. A spool that has filled the disk must still be able to replace it, or it
 * could never be released: a reserve is kept for that.
 */
final class HeadFile {
  static final String RESERVE = "reserve";

  private static final int RESERVE_BYTES = 64 << 10;

  private final Disk disk;
  private final Path directory;

  HeadFile(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /** Replaces the head, durably. */
  void put(Head head) throws IOException {
    disk.replace(directory.resolve(Head.FILE), head.format());
  }

  /** Replaces the head by one after which files are deleted. */
  void putMakingRoom(Head head) throws IOException {
    try {
      put(head);
    } catch (IOException e) {
      if (!DiskFailure.isFull(e) || !disk.delete(directory.resolve(RESERVE))) {
        throw e;
      }
      put(head);
    }
  }

  /** Sets room aside, if there is any. */
  void reserve() throws IOException {
    Path path = directory.resolve(RESERVE);
    if (disk.exists(path)) {
      return;
    }
    try (Disk.OpenFile file = disk.openToWrite(path)) {
      file.write(new byte[RESERVE_BYTES], 0, RESERVE_BYTES);
    } catch (IOException e) {
      disk.delete(path);
      if (!DiskFailure.isFull(e)) {
        throw e;
      }
    }
  }

  /** Takes the head away, after everything it was about. */
  void delete() throws IOException {
    disk.forceDirectory(directory);
    disk.delete(directory.resolve(RESERVE));
    disk.delete(directory.resolve(Head.FILE));
    disk.forceDirectory(directory);
  }
}
