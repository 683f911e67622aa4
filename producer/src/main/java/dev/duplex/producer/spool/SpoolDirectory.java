package dev.duplex.producer.spool;

import dev.duplex.config.SpoolConfig;
import dev.duplex.schemas.Link;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

  private static final int COPY_BYTES = 64 << 10;

  private SpoolDirectory() {}

  /**
   * What names this directory in {@code duplex.relay}; unlike the spool's id it is not carried over
   * with the diff files, so that of two copies one is the link's.
   *
   * @return null if nothing was spooled here yet
   */
  public static @Nullable String findCustody(Disk disk, SpoolConfig config, Link link) {
    return findCustody(disk, config.directoryOf(link.name()));
  }

  /** As {@link #findCustody(Disk, SpoolConfig, Link)}, of any directory. */
  public static @Nullable String findCustody(Disk disk, Path directory) {
    try {
      return disk.read(directory.resolve(CUSTODY_FILE)).strip();
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name as above, made if there is none. */
  static String custody(Disk disk, Path directory) throws IOException {
    Path file = directory.resolve(CUSTODY_FILE);
    if (!disk.exists(file)) {
      disk.replace(file, UUID.randomUUID() + "\n");
    }
    return disk.read(file).strip();
  }

  /** Moves head and diff files to a new directory within this one. */
  static void setAside(Disk disk, Path directory) throws IOException {
    List<Path> files = ofSpool(disk, directory);
    if (files.isEmpty()) {
      return;
    }
    int number = 1;
    while (disk.exists(directory.resolve(ASIDE + number))) {
      number++;
    }
    Path aside = directory.resolve(ASIDE + number);
    disk.createDirectories(aside);
    for (Path file : files) {
      disk.move(file, aside.resolve(file.getFileName()));
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
    for (Path file : ofSpool(disk, from)) {
      Path copy = to.resolve(file.getFileName());
      copyFile(disk, file, copy);
    }
    disk.forceDirectory(to);
  }

  private static void copyFile(Disk disk, Path from, Path to) throws IOException {
    byte[] bytes = new byte[COPY_BYTES];
    try (Disk.OpenFile read = disk.openToRead(from);
        Disk.OpenFile written = disk.openToWrite(to)) {
      written.setLength(0);
      for (long left = read.length(); left > 0; left -= COPY_BYTES) {
        int count = (int) Math.min(COPY_BYTES, left);
        read.readFully(bytes, 0, count);
        written.write(bytes, 0, count);
      }
      written.force();
    }
  }

  /** Diff files, then the spool's id, then the head. */
  private static List<Path> ofSpool(Disk disk, Path directory) throws IOException {
    List<Path> all = disk.list(directory);
    List<Path> files =
        new ArrayList<>(all.stream().filter(file -> DiffFileName.of(file).isPresent()).toList());
    for (String name : List.of(Recovery.ID_FILE, Head.FILE)) {
      all.stream().filter(file -> file.endsWith(name)).forEach(files::add);
    }
    boolean some = files.stream().anyMatch(file -> !file.endsWith(Recovery.ID_FILE));
    return some ? files : List.of();
  }
}
