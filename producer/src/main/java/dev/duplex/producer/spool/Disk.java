package dev.duplex.producer.spool;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the spool asks of a disk; a class of its own so that tests can let it fail. Files are
 * written through {@link RandomAccessFile}, because interrupting a thread closes a channel under
 * it.
 */
class Disk {
  /** The JDK passes on what the C library says, which is not translated on Linux. */
  private static final List<String> FULL =
      List.of("No space left on device", "Disk quota exceeded", "File too large");

  private static final int SMALL_FILE_BYTES = 1 << 20;

  /** Writes at the file's own position. */
  void write(RandomAccessFile file, byte[] bytes, int offset, int count) throws IOException {
    file.write(bytes, offset, count);
  }

  /**
   * Makes a file durable.
   *
   * @throws HaltException if that fails: nobody knows then what is on disk, and trying again would
   *     report a success that is none
   */
  void force(RandomAccessFile file, Path path) {
    try {
      file.getFD().sync();
    } catch (IOException e) {
      throw notDurable(path, e);
    }
  }

  /** Makes a directory's entries durable; fails as {@link #force}. */
  void forceDirectory(Path directory) {
    boolean interrupted = Thread.interrupted(); // it would close the channel
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw notDurable(directory, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Shortens a file to a length. */
  void cut(Path path, long length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      if (file.length() > length) {
        file.setLength(length);
        force(file, path);
      }
    }
  }

  /** Replaces a small file as a whole, durably. */
  void replace(Path path, String content) throws IOException {
    Path draft = path.resolveSibling(path.getFileName() + ".new");
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile file = new RandomAccessFile(draft.toFile(), "rw")) {
      file.setLength(0);
      write(file, bytes, 0, bytes.length);
      force(file, draft);
    }
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectory(parent(path));
  }

  /** The text of a small file. */
  static String read(Path path) throws IOException {
    // No channel: an interrupted thread can read, too.
    try (FileInputStream in = new FileInputStream(path.toFile())) {
      return new String(in.readNBytes(SMALL_FILE_BYTES), StandardCharsets.UTF_8);
    }
  }

  /** All files of a directory. */
  static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  static Path parent(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("'" + path + "' is no file");
    }
    return parent;
  }

  /** Whether a failure means that there is no room. */
  static boolean isFull(IOException e) {
    String message = e.getMessage();
    return message != null && FULL.stream().anyMatch(message::contains);
  }

  static HaltException notDurable(Path path, IOException e) {
    return new HaltException(
        Reason.DIFF_FILE_DAMAGED,
        path + " cannot be made durable (" + e.getMessage() + "): check the disk, then start again",
        e);
  }

  /** What a failure of the disk under a spool means: no room, or a disk that must be looked at. */
  static RuntimeException refused(Path directory, IOException e) {
    if (isFull(e)) {
      return new SpoolFullException(
          "no room for diff files in " + directory + ": make some, or bring the broker back", e);
    }
    return new HaltException(
        Reason.DIFF_FILE_DAMAGED,
        "the disk refuses diff files in " + directory + " (" + e + "): check it, then start again",
        e);
  }
}
