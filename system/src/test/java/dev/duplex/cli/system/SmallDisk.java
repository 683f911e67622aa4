package dev.duplex.cli.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A file system of a few megabytes in memory, which only root can mount. It is taken away with this
 * JVM, however that ends.
 */
final class SmallDisk implements AutoCloseable {
  private static final long LIMIT_SECONDS = 10;
  // Whoever holds it ends with the input, which the system closes for a JVM that was killed.
  private static final String HOLD =
      "mount -t tmpfs -o size=\"$2\" tmpfs \"$1\" && echo mounted && read -r end;"
          + " umount -l \"$1\"";

  private final Process holder;

  /** Mounts it at a directory, which is made. */
  SmallDisk(Path directory, String size) throws IOException {
    Files.createDirectories(directory);
    holder = new ProcessBuilder("sh", "-c", HOLD, "sh", directory.toString(), size).start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
    if (!"mounted".equals(said.readLine())) {
      throw new IOException("cannot mount a file system at " + directory);
    }
  }

  /** Whether this user may do so. */
  static boolean isPossible() {
    return System.getProperty("user.name").equals("root");
  }

  @Override
  public void close() {
    try {
      holder.getOutputStream().close();
      if (!holder.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a file system in memory cannot be taken away");
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
