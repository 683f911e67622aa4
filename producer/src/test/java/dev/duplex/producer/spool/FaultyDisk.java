package dev.duplex.producer.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk that is small, or breaks when told to. */
final class FaultyDisk extends LocalDisk {
  private final Path directory;
  private long capacity = Long.MAX_VALUE;
  private boolean forceFails;
  private boolean writeFails;
  private boolean headFails;

  FaultyDisk(Path directory) {
    this.directory = directory;
  }

  /** How much all files may take together. */
  void capacity(long bytes) {
    capacity = bytes;
  }

  long used() {
    try {
      long used = 0;
      for (Path file : list(directory)) {
        used += Files.size(file);
      }
      return used;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void failForce() {
    forceFails = true;
  }

  void failWrite() {
    writeFails = true;
  }

  void failHead() {
    headFails = true;
  }

  @Override
  void write(RandomAccessFile file, byte[] bytes, int offset, int count) throws IOException {
    if (writeFails) {
      throw new IOException("Input/output error");
    }
    long room = capacity == Long.MAX_VALUE ? count : capacity - used();
    super.write(file, bytes, offset, (int) Math.max(0, Math.min(room, count)));
    if (room < count) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  void force(RandomAccessFile file, Path path) {
    if (forceFails) {
      throw DiskFailure.notDurable(path, new IOException("sync failed"));
    }
    super.force(file, path);
  }

  @Override
  public void replace(Path path, String content) throws IOException {
    if (headFails && path.endsWith(Head.FILE)) {
      throw new IOException("Input/output error");
    }
    super.replace(path, content);
  }
}
