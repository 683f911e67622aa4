package dev.duplex.producer.spool;

import dev.duplex.config.SpoolConfig;
import dev.duplex.schemas.Link;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link's directory as a whole: whose it is, and how diff files get into it or out of the way
 * other than by spooling.
 */
public final class SpoolDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);
  private static final String CUSTODY_FILE = "custody";
  private static final String ASIDE = "set-aside-";

  private SpoolDirectory() {}

  /**
   * What names this directory in {@code duplex.relay}; unlike the spool's id it is not carried over
   * with the diff files, so that of two copies one is the link's.
   *
   * @return null if nothing was spooled here yet
   */
  public static @Nullable String findCustody(SpoolConfig config, Link link) {
    return findCustody(config.directoryOf(link.name()));
  }

  /** As {@link #findCustody(SpoolConfig, Link)}, of any directory. */
  public static @Nullable String findCustody(Path directory) {
    try {
      return Files.readString(directory.resolve(CUSTODY_FILE)).strip();
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name as above, made if there is none. */
  static String custody(Disk disk, Path directory) throws IOException {
    Path file = directory.resolve(CUSTODY_FILE);
    if (!Files.exists(file)) {
      disk.replace(file, UUID.randomUUID() + "\n");
    }
    return Files.readString(file).strip();
  }

  /** Moves head and diff files to a new directory within this one. */
  static void setAside(Disk disk, Path directory) throws IOException {
    List<Path> files = ofSpool(directory);
    if (files.isEmpty()) {
      return;
    }
    int number = 1;
    while (Files.exists(directory.resolve(ASIDE + number))) {
      number++;
    }
    Path aside = Files.createDirectory(directory.resolve(ASIDE + number));
    for (Path file : files) {
      Files.move(file, aside.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
    disk.forceDirectory(aside);
    disk.forceDirectory(directory);
    LOG.warn(
        "{} files of an earlier outage, which the link does not need, were moved to {}: look at"
            + " them with 'duplex diff show', or delete them",
        files.size(),
        aside);
  }

  /** Copies head and diff files, the head last: without it they do not count. */
  static void copy(Disk disk, Path from, Path to) throws IOException {
    for (Path file : ofSpool(from)) {
      Path copy = to.resolve(file.getFileName());
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      try (RandomAccessFile written = new RandomAccessFile(copy.toFile(), "rw")) {
        disk.force(written, copy);
      }
    }
    disk.forceDirectory(to);
  }

  /** Diff files, then the spool's id, then the head. */
  private static List<Path> ofSpool(Path directory) throws IOException {
    List<Path> all = Disk.list(directory);
    List<Path> files =
        new ArrayList<>(all.stream().filter(file -> DiffFileName.of(file).isPresent()).toList());
    for (String name : List.of(Recovery.ID_FILE, Head.FILE)) {
      all.stream().filter(file -> file.endsWith(name)).forEach(files::add);
    }
    boolean some = files.stream().anyMatch(file -> !file.endsWith(Recovery.ID_FILE));
    return some ? files : List.of();
  }
}
