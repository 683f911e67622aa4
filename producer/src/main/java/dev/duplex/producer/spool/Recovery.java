package dev.duplex.producer.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
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
    if (!Files.exists(file)) {
      disk.replace(file, UUID.randomUUID() + "\n");
    }
    return Files.readString(file).strip();
  }

  static Recovered recover(Disk disk, Path directory, String link, String id)
      throws IOException, DamageException {
    Head head = Head.read(directory);
    if (head == null) {
      for (Path file : Disk.list(directory)) {
        if (DiffFileName.of(file).isPresent()) {
          throw new DamageException(directory.resolve(Head.FILE), 0, "it is missing", null);
        }
      }
      return new Recovered(new Head(link, id, 1, 0, null), false, new TreeMap<>());
    }
    if (!head.link().equals(link) || !head.spool().equals(id)) {
      String what = "it belongs to link " + head.link() + ", spool " + head.spool();
      throw new DamageException(directory.resolve(Head.FILE), 0, what, null);
    }
    NavigableMap<Long, DiffFile> files = Inventory.read(directory, head);
    for (DiffFile file : files.values()) {
      disk.cut(file.path(), file.length());
    }
    for (Path path : Disk.list(directory)) {
      if (DiffFileName.of(path).isPresent() && !isOneOf(files, path)) {
        Files.delete(path);
        LOG.info("Deleted {}: nothing in it is confirmed, or the broker has all of it", path);
      }
    }
    disk.forceDirectory(directory);
    return new Recovered(head, true, files);
  }

  private static boolean isOneOf(NavigableMap<Long, DiffFile> files, Path path) {
    return files.values().stream().anyMatch(file -> file.path().equals(path));
  }
}
