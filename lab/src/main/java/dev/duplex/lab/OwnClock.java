package dev.duplex.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A clock of their own for child processes, as those of one machine have it: it can be set while
 * they run. The time that passes is the same as elsewhere. It is made by Debian's libfaketime,
 * which only has an effect on programs that ask the C library.
 *
 * <p>One thread at a time.
 */
public final class OwnClock {
  private static final Path LIBRARIES = Path.of("/usr/lib");
  private static final String LIBRARY = "faketime/libfaketime.so.1";

  // The library leaves files in /dev/shm when a process is killed: here they go with the process.
  private static final String PREPARE =
      "mount -t tmpfs -o size=1m tmpfs /dev/shm && exec env \"$@\"";

  private final Path library;
  private final Path file;

  /**
   * A clock that shows the time of this machine until it is set.
   *
   * @param file where the library reads how far it is ahead; must stay while a process runs
   * @throws LabException if it is not {@link #isPossible}
   */
  public OwnClock(Path file) throws IOException {
    if (!isPossible()) {
      throw new LabException("install the package libfaketime, and be root");
    }
    this.library = library().orElseThrow();
    this.file = file.toAbsolutePath();
    set(Duration.ZERO);
  }

  /** Whether the library is installed, and this user may give a process a view of its own. */
  public static boolean isPossible() {
    return System.getProperty("user.name").equals("root") && library().isPresent();
  }

  private static Optional<Path> library() {
    // By architecture, as in /usr/lib/x86_64-linux-gnu.
    try (Stream<Path> directories = Files.list(LIBRARIES)) {
      return directories.map(each -> each.resolve(LIBRARY)).filter(Files::exists).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Sets it; the processes see that within a second.
   *
   * @param ahead of this machine's clock; negative for behind
   */
  public void set(Duration ahead) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, (ahead.isNegative() ? "" : "+") + ahead.toSeconds());
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The command that runs a command by this clock. */
  public List<String> command(List<String> command) {
    List<String> result =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                PREPARE,
                "sh",
                "LD_PRELOAD=" + library,
                "FAKETIME_TIMESTAMP_FILE=" + file,
                "FAKETIME_CACHE_DURATION=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                // Else waits that are measured by the monotonic clock end at once.
                "FAKETIME_FORCE_MONOTONIC_FIX=0"));
    result.addAll(command);
    return result;
  }
}
