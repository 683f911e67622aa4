package dev.duplex.producer.spool;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.RetryException;
import java.io.IOException;
import java.nio.file.Path;

/** Keeps a second writer away from a directory; the system gives it up when the process dies. */
final class SpoolLock implements AutoCloseable {
  private static final String FILE = "lock";

  private final Disk.DirectoryLock lock;

  private SpoolLock(Disk.DirectoryLock lock) {
    this.lock = lock;
  }

  /**
   * Takes the lock without waiting.
   *
   * @throws RetryException (DIFF_FILE_ELSEWHERE) if another has it
   */
  static SpoolLock take(Disk disk, Path directory) throws IOException {
    Disk.DirectoryLock lock = disk.tryLock(directory.resolve(FILE));
    if (lock == null) {
      throw taken(directory);
    }
    return new SpoolLock(lock);
  }

  private static RetryException taken(Path directory) {
    return new RetryException(
        Reason.DIFF_FILE_ELSEWHERE,
        "another process works with the diff files in "
            + directory
            + "; give each relay a spool.directory of its own, or stop the other",
        null);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
