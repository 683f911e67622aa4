package dev.duplex.kafka.status;

import dev.duplex.schemas.avro.Observer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The status file as long as this process has its lock; without it, and when the disk refuses,
 * events live in memory only, which is logged. Not thread-safe.
 */
public final class OutboxOnDisk implements OutboxStore {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxOnDisk.class);

  private final Path directory;
  private final Path lockFile;
  private final OutboxFile file;
  private @Nullable FileChannel channel;
  private @Nullable FileLock lock;
  private boolean refused;
  private boolean closed;

  public OutboxOnDisk(Path directory, Observer observer) {
    this.directory = directory;
    this.lockFile = directory.resolve(name(observer) + ".lock");
    this.file = file(directory, observer);
  }

  static OutboxFile file(Path directory, Observer observer) {
    return new OutboxFile(directory.resolve(name(observer) + ".avro"));
  }

  private static String name(Observer observer) {
    return "status-" + observer.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Optional<OutboxContent> adoptIfFree() {
    if (lock != null || closed) {
      return Optional.empty();
    }
    try {
      if (channel == null) {
        Files.createDirectories(directory);
        channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      }
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // another one of this process has it
    } catch (IOException e) {
      noteRefusal(e);
      return Optional.empty();
    }
    return lock == null ? Optional.empty() : Optional.of(read());
  }

  @Override
  public boolean isHeld() {
    return lock != null;
  }

  private OutboxContent read() {
    try {
      return file.read();
    } catch (IOException e) {
      LOG.error(
          "status events that were not sent are lost: {}; the file is moved aside", e.getMessage());
      try {
        file.moveAside();
      } catch (IOException second) {
        noteRefusal(second);
      }
      return OutboxContent.EMPTY;
    }
  }

  @Override
  public void save(Supplier<OutboxContent> content) {
    if (lock == null) {
      return;
    }
    try {
      file.write(content.get());
      if (refused) {
        LOG.info("status events are written to {} again", directory);
        refused = false;
      }
    } catch (IOException e) {
      noteRefusal(e);
    }
  }

  private void noteRefusal(IOException e) {
    if (!refused) {
      LOG.warn(
          "status events cannot be written to {} ({}): those that Kafka has not got are lost if"
              + " this process ends; make room or correct spool.directory",
          directory,
          e.toString());
      refused = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    lock = null;
    if (channel != null) {
      try {
        channel.close(); // gives the lock back
      } catch (IOException e) {
        noteRefusal(e);
      }
      channel = null;
    }
  }
}
