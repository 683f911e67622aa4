package dev.duplex.producer.spool;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a failure of a disk means for the spool. */
public final class DiskFailure {
  /** The JDK passes on what the C library says, which is not translated on Linux. */
  private static final List<String> FULL =
      List.of("No space left on device", "Disk quota exceeded", "File too large");

  private DiskFailure() {}

  /** Whether a failure means that there is no room. */
  static boolean isFull(IOException e) {
    String message = e.getMessage();
    return message != null && FULL.stream().anyMatch(message::contains);
  }

  /** What was written is perhaps not there after the machine's next start. */
  public static HaltException notDurable(Path path, IOException e) {
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
