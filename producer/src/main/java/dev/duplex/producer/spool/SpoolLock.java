package dev.duplex.producer.spool;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.RetryException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second writer away from a directory; the system gives it up when the process dies. */
final class SpoolLock implements AutoCloseable {
  private static final String FILE = "lock";

  private final FileChannel channel;

  private SpoolLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock without waiting.
   *
   * @throws RetryException (DIFF_FILE_ELSEWHERE) if another has it
   */
  static SpoolLock take(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw taken(directory);
      }
      return new SpoolLock(channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw taken(directory);
    }
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
    channel.close();
  }
}
