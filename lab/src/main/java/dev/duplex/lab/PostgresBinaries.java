package dev.duplex.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked once for each user and version below {@code
 * $XDG_CACHE_HOME/duplex} (or {@code ~/.cache/duplex}). They are unpacked beside their place and
 * renamed, so that whoever is killed half way, or does the same at the same time, does no harm.
 */
final class PostgresBinaries {
  private static final String TEMPORARY = ".unpacking-";
  private static final Duration STALE = Duration.ofHours(1);
  private static final int EXECUTABLE = 0100;

  private PostgresBinaries() {}

  /** The directory that holds {@code bin}, {@code lib} and {@code share}. */
  static Path unpacked(PostgresVersion version) throws IOException {
    Path cache = cacheDirectory();
    Path target = cache.resolve("postgres-" + version.release());
    if (Files.isDirectory(target)) {
      return target;
    }
    if (!System.getProperty("os.arch", "").equals("amd64")) {
      throw new LabException(
          "The PostgreSQL binaries are for Linux x86_64; use a server of your own by its URL");
    }
    Files.createDirectories(cache);
    deleteStale(cache);
    Path temporary = Files.createTempDirectory(cache, TEMPORARY);
    try {
      try (InputStream packed = version.open()) {
        unpack(packed, temporary);
      }
      publish(temporary, target);
    } finally {
      Directories.deleteIfExists(temporary);
    }
    return target;
  }

  private static void publish(Path temporary, Path target) throws IOException {
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Somebody else was faster; theirs is as good.
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
  }

  private static void unpack(InputStream packed, Path directory) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
      TarArchiveEntry entry = tar.getNextEntry();
      while (entry != null) {
        write(tar, entry, entry.resolveIn(directory));
        entry = tar.getNextEntry();
      }
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.resolveSibling("."));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      throw new IOException("Unexpected hard link " + entry.getName());
    } else {
      Files.copy(tar, path);
      boolean executable = (entry.getMode() & EXECUTABLE) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static Path cacheDirectory() {
    String configured = System.getenv("XDG_CACHE_HOME");
    Path cache =
        configured == null || configured.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(configured);
    return cache.resolve("duplex").toAbsolutePath();
  }

  /** Deletes what JVMs left that were killed while unpacking. */
  private static void deleteStale(Path cache) throws IOException {
    List<Path> leftovers;
    try (Stream<Path> files = Files.list(cache)) {
      leftovers =
          files.filter(file -> file.getFileName().toString().startsWith(TEMPORARY)).toList();
    }
    for (Path leftover : leftovers) {
      if (Files.getLastModifiedTime(leftover).toInstant().isBefore(Instant.now().minus(STALE))) {
        Directories.deleteIfExists(leftover);
      }
    }
  }
}
