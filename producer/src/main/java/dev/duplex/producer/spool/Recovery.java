package dev.duplex.producer.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a directory to what its head says: see "Opening" in docs/formats/diff-file.md. */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  static final String ID_FILE = "spool-id";

  /** A directory that is as its head says. */
  record Recovered(Head head, boolean headIsThere, NavigableMap<Long, DiffFile> files) {}

  private Recovery() {}

  /** The directory's id, made if it has none. */
  static String id(Disk disk, Path directory) throws IOException {
    Path file = directory.resolve(ID_FILE);
    if (!disk.exists(file)) {
      disk.replace(file, UUID.randomUUID() + "\n");
    }
    return disk.read(file).strip();
  }

  static Recovered recover(Disk disk, Path directory, String link, String id)
      throws IOException, DamageException {
    Head head = Head.read(disk, directory);
    if (head == null) {
      checkNoFiles(disk, directory);
      return new Recovered(new Head(link, id, 1, 0, null), false, new TreeMap<>());
    }
    if (!head.link().equals(link) || !head.spool().equals(id)) {
      String what = "it belongs to link " + head.link() + ", spool " + head.spool();
      throw new DamageException(directory.resolve(Head.FILE), 0, what, null);
    }
    NavigableMap<Long, DiffFile> files = Inventory.read(disk, directory, head);
    for (DiffFile file : files.values()) {
      disk.cut(file.path(), file.length());
    }
    for (Path path : disk.list(directory)) {
      if (DiffFileName.of(path).isPresent() && !isOneOf(files, path)) {
        disk.delete(path);
        LOG.info("Deleted {}: nothing in it is confirmed, or the broker has all of it", path);
      }
    }
    disk.forceDirectory(directory);
    return new Recovered(head, true, files);
  }

  /** Diff files without a head: somebody took it away. */
  static void checkNoFiles(Disk disk, Path directory) throws DamageException {
    Path head = directory.resolve(Head.FILE);
    try {
      for (Path file : disk.list(directory)) {
        Optional<DiffFileName> name = DiffFileName.of(file);
        if (name.isPresent()) {
          String what = "it is missing, but there is " + name.get();
          throw new DamageException(head, 0, what, null);
        }
      }
    } catch (IOException e) {
      throw new DamageException(head, 0, String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean isOneOf(NavigableMap<Long, DiffFile> files, Path path) {
    return files.values().stream().anyMatch(file -> file.path().equals(path));
  }
}
