package dev.duplex.producer.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The files that a head says are there, checked from the last to the first by their headers. */
final class Inventory {
  private Inventory() {}

  /**
   * Reads the headers.
   *
   * @throws DamageException if a file is missing, short, or not the one that is meant
   */
  static NavigableMap<Long, DiffFile> read(Disk disk, Path directory, Head head)
      throws DamageException {
    TreeMap<Long, DiffFile> files = new TreeMap<>();
    Preceding next = Preceding.of(head);
    for (long sequence = head.sequence(); head.hasFiles() && sequence >= head.first(); sequence--) {
      try {
        DiffFile file = file(disk, directory, head, next, sequence);
        files.put(sequence, file);
        if (sequence > head.first()) {
          next = preceding(file);
        }
      } catch (DamageException e) {
        throw e.withUpTo(next.position());
      }
    }
    return files;
  }

  private static DiffFile file(
      Disk disk, Path directory, Head head, Preceding expected, long sequence)
      throws DamageException {
    Path path = directory.resolve(String.valueOf(expected.file()));
    if (!disk.exists(path)) {
      throw new DamageException(path, 0, "it is missing", null);
    }
    FileHeader header = DiffFileReader.header(disk, path);
    boolean meant =
        header.sequence() == sequence
            && header.name().toString().equals(expected.file())
            && header.link().equals(head.link())
            && header.spool().equals(head.spool());
    if (!meant) {
      throw new DamageException(path, 0, "it is not the file of that name", null);
    }
    long length = length(disk, path);
    if (length < expected.length()) {
      String what = "it has " + length + " bytes instead of " + expected.length();
      throw new DamageException(path, length, what, null);
    }
    return DiffFile.confirmed(
        path, header, expected.length(), expected.checksum(), expected.position());
  }

  private static long length(Disk disk, Path path) throws DamageException {
    try {
      return disk.length(path);
    } catch (IOException e) {
      throw new DamageException(path, 0, String.valueOf(e.getMessage()), e);
    }
  }

  private static Preceding preceding(DiffFile file) throws DamageException {
    FileHeader header = file.header();
    if (!header.hasPreceding()) {
      throw new DamageException(file.path(), 0, "it does not name the file before it", null);
    }
    return new Preceding(
        header.precedingFile(),
        header.sequence() - 1,
        header.precedingLength(),
        header.precedingChecksum(),
        header.precedingPosition());
  }
}
