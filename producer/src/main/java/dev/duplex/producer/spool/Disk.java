package dev.duplex.producer.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What the spool asks of a disk; the simulation and tests have others, which fail.
 *
 * <p>What is written to a file, and that there is such a file, is durable only after {@link
 * OpenFile#force} and {@link #forceDirectory}. Thread-safe; an open file belongs to one thread.
 */
public interface Disk {
  /** The most that {@link #read} reads. */
  int SMALL_FILE_BYTES = 1 << 20;

  /** This machine's. */
  static Disk local() {
    return new LocalDisk();
  }

  /** A file that is open. */
  interface OpenFile extends AutoCloseable {
    /** Writes at the file's own position; if that fails, some of it may be there. */
    void write(byte[] bytes, int offset, int count) throws IOException;

    /**
     * Reads so many bytes.
     *
     * @throws java.io.EOFException if there are fewer
     */
    void readFully(byte[] bytes, int offset, int count) throws IOException;

    void seek(long position) throws IOException;

    long length() throws IOException;

    void setLength(long length) throws IOException;

    /**
     * Makes the content durable.
     *
     * @throws dev.duplex.schemas.failure.HaltException if that fails: nobody knows then what is on
     *     disk, and trying again would report a success that is none
     */
    void force();

    @Override
    void close() throws IOException;
  }

  /** A directory that no other process, and nobody else of this one, takes meanwhile. */
  interface DirectoryLock extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** Opens a file to read it. */
  OpenFile openToRead(Path path) throws IOException;

  /** Opens a file to read and write it; makes it if there is none. */
  OpenFile openToWrite(Path path) throws IOException;

  /** Makes a directory's entries durable; fails as {@link OpenFile#force}. */
  void forceDirectory(Path directory);

  /** Makes a directory and those above it, as far as they are missing. */
  void createDirectories(Path directory) throws IOException;

  /** Moves a file within this disk, in one step; replaces what is there. */
  void move(Path from, Path to) throws IOException;

  /** Deletes a file; false if there is none. */
  boolean delete(Path path) throws IOException;

  boolean exists(Path path);

  boolean isDirectory(Path path);

  /** What a directory has, by name. */
  List<Path> list(Path directory) throws IOException;

  long length(Path path) throws IOException;

  /** How much can be written, in bytes. */
  long usableBytes(Path directory) throws IOException;

  /**
   * Takes a directory's lock without waiting.
   *
   * @param file that carries the lock
   * @return null if another has it
   */
  @org.jspecify.annotations.Nullable
  DirectoryLock tryLock(Path file) throws IOException;

  /** Replaces a small file as a whole, durably. */
  default void replace(Path path, String content) throws IOException {
    Path draft = path.resolveSibling(path.getFileName() + ".new");
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try (OpenFile file = openToWrite(draft)) {
      file.setLength(0);
      file.write(bytes, 0, bytes.length);
      file.force();
    }
    move(draft, path);
    forceDirectory(parent(path));
  }

  /** Shortens a file to a length, durably. */
  default void cut(Path path, long length) throws IOException {
    try (OpenFile file = openToWrite(path)) {
      if (file.length() > length) {
        file.setLength(length);
        file.force();
      }
    }
  }

  /** The text of a small file. */
  default String read(Path path) throws IOException {
    try (OpenFile file = openToRead(path)) {
      byte[] bytes = new byte[(int) Math.min(file.length(), SMALL_FILE_BYTES)];
      file.readFully(bytes, 0, bytes.length);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** The directory that a file is in. */
  static Path parent(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("'" + path + "' is no file");
    }
    return parent;
  }
}
