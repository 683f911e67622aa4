package dev.duplex.producer.link;

import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.producer.datasource.CommitReceipt;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.time.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code unprotected} of an instance: while it is there, commits returned that had not
 * reached the level they were to reach. It is durable before the first of them returns, so that it
 * is known also after this machine has failed, and removed when all of them have reached it.
 *
 * <p>Thread-safe.
 */
final class UnprotectedFile {
  private static final Logger LOG = LoggerFactory.getLogger(UnprotectedFile.class);
  static final String NAME = "unprotected";

  private final Path file;
  private final String instance;
  private final Time time;
  private @Nullable CommitLevel written; // the lowest level that the file admits
  private volatile boolean present;
  private boolean failed;

  UnprotectedFile(Path directory, String instance, Time time) {
    this.file = directory.resolve(NAME);
    this.instance = instance;
    this.time = time;
  }

  /** Whether an earlier run left the file behind; call before anything else. */
  boolean isLeftBehind() {
    present = Files.exists(file);
    if (present) {
      LOG.warn(
          "{}: when this instance ended, commits had not reached the level they were to reach; the"
              + " file goes away when everything up to the next commit has",
          file);
    }
    return present;
  }

  boolean isPresent() {
    return present;
  }

  /** Makes durable that such a commit returns; a disk that refuses is logged, not waited for. */
  synchronized void note(CommitReceipt receipt) {
    CommitLevel lowest = written;
    if (lowest != null && lowest.compareTo(receipt.achieved()) <= 0) {
      return;
    }
    boolean interrupted = Thread.interrupted(); // it would close the file under our hands
    try {
      write(text(receipt));
      present = true;
      written = receipt.achieved();
      failed = false;
      LOG.warn("commits do not reach {}: {}", receipt.requested(), receipt.detail());
    } catch (IOException e) {
      if (!failed) {
        LOG.error(
            "{} cannot be written: {}; commits return all the same, make room or correct the"
                + " rights",
            file,
            e.toString());
        failed = true;
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Removes the file if nothing speaks against it any more. */
  synchronized void removeIf(BooleanSupplier settled) {
    if (!present || !settled.getAsBoolean()) {
      return;
    }
    try {
      Files.deleteIfExists(file);
      present = false;
      written = null;
      LOG.info("commits reach the level they are to reach again");
    } catch (IOException e) {
      LOG.warn("{} cannot be removed: {}", file, e.toString());
    }
  }

  private String text(CommitReceipt receipt) {
    return "since="
        + time.clock().instant()
        + "\ninstance="
        + instance
        + "\nrequested="
        + receipt.requested()
        + "\nachieved="
        + receipt.achieved()
        + "\nstate="
        + receipt.linkState()
        + "\nreason="
        + receipt.reason().map(Reason::name).orElse("")
        + "\nposition="
        + (receipt.position().isPresent() ? Position.format(receipt.position().getAsLong()) : "")
        + "\n";
  }

  private void write(String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("no directory");
    }
    createDurably(directory);
    Path temporary = directory.resolve(NAME + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        int unused = channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(directory);
  }

  private static void createDurably(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null || Files.isDirectory(directory)) {
      return;
    }
    createDurably(parent);
    Files.createDirectories(directory);
    force(parent);
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
