package dev.duplex.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory for servers. A temporary one has a file beside it that its JVM holds a lock on: the
 * lock ends with the JVM, and a directory whose lock is free is deleted by the next that comes.
 */
final class LabDirectory implements AutoCloseable {
  private static final String PREFIX = "duplex-lab-";
  private static final String LOCK_SUFFIX = ".lock";
  private static final int ATTEMPTS = 100;
  // Opening and closing a file that this JVM has locked would end the lock, as POSIX wants it.
  private static final Set<Path> OWN_LOCKS = new HashSet<>();

  private final Path path;
  private final @Nullable Path lockFile;
  private final @Nullable FileChannel lock;

  private LabDirectory(Path path, @Nullable Path lockFile, @Nullable FileChannel lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  static LabDirectory permanent(Path path) throws IOException {
    return new LabDirectory(Files.createDirectories(path.toAbsolutePath()), null, null);
  }

  static LabDirectory temporary() throws IOException {
    return temporary(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath());
  }

  static LabDirectory temporary(Path parent) throws IOException {
    synchronized (OWN_LOCKS) {
      deleteStale(parent);
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Path lockFile = Files.createTempFile(parent, PREFIX, LOCK_SUFFIX);
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        // Whoever looks for stale ones may have taken it for one just now.
        if (channel.tryLock() != null && Files.exists(lockFile)) {
          OWN_LOCKS.add(lockFile);
          Path path =
              Files.createDirectory(
                  directoryOf(lockFile),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------")));
          return new LabDirectory(path, lockFile, channel);
        }
        channel.close();
      }
      throw new LabException("Cannot lock a directory in " + parent + "; is it full of others?");
    }
  }

  Path path() {
    return path;
  }

  /** Deletes a temporary directory and leaves a permanent one. */
  @Override
  public void close() throws IOException {
    if (lockFile == null || lock == null) {
      return;
    }
    synchronized (OWN_LOCKS) {
      if (OWN_LOCKS.contains(lockFile)) {
        Directories.deleteIfExists(path);
        Files.deleteIfExists(lockFile);
        lock.close();
        OWN_LOCKS.remove(lockFile);
      }
    }
  }

  /** Leaves a temporary directory, with the logs that tell what went wrong, to the next one. */
  void abandon() throws IOException {
    if (lockFile == null || lock == null) {
      return;
    }
    synchronized (OWN_LOCKS) {
      lock.close();
      OWN_LOCKS.remove(lockFile);
    }
  }

  private static Path directoryOf(Path lockFile) {
    String name = lockFile.getFileName().toString();
    return lockFile.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length()));
  }

  private static void deleteStale(Path parent) throws IOException {
    List<Path> lockFiles;
    try (Stream<Path> files = Files.list(parent)) {
      lockFiles =
          files
              .filter(file -> file.getFileName().toString().startsWith(PREFIX))
              .filter(file -> file.getFileName().toString().endsWith(LOCK_SUFFIX))
              .filter(file -> !OWN_LOCKS.contains(file))
              .toList();
    }
    for (Path lockFile : lockFiles) {
      try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
        if (channel.tryLock() != null) {
          Directories.deleteIfExists(directoryOf(lockFile));
          Files.deleteIfExists(lockFile);
        }
      } catch (IOException e) {
        // Another user's, or its servers are just dying: not ours, or the next one's.
      }
    }
  }
}
