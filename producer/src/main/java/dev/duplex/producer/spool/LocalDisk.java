package dev.duplex.producer.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * This machine's disk. Files are used through {@link RandomAccessFile}, because interrupting a
 * thread closes a channel under it.
 */
class LocalDisk implements Disk {
  /** A file of this machine. */
  private final class LocalFile implements OpenFile {
    private final Path path;
    private final RandomAccessFile file;

    LocalFile(Path path, String mode) throws IOException {
      if (mode.equals("r") && !Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      this.path = path;
      this.file = new RandomAccessFile(path.toFile(), mode);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      LocalDisk.this.write(file, bytes, offset, count);
    }

    @Override
    public void readFully(byte[] bytes, int offset, int count) throws IOException {
      file.readFully(bytes, offset, count);
    }

    @Override
    public void seek(long position) throws IOException {
      file.seek(position);
    }

    @Override
    public long length() throws IOException {
      return file.length();
    }

    @Override
    public void setLength(long length) throws IOException {
      file.setLength(length);
    }

    @Override
    public void force() {
      LocalDisk.this.force(file, path);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  void write(RandomAccessFile file, byte[] bytes, int offset, int count) throws IOException {
    file.write(bytes, offset, count);
  }

  void force(RandomAccessFile file, Path path) {
    try {
      file.getFD().sync();
    } catch (IOException e) {
      throw DiskFailure.notDurable(path, e);
    }
  }

  @Override
  public OpenFile openToRead(Path path) throws IOException {
    return new LocalFile(path, "r");
  }

  @Override
  public OpenFile openToWrite(Path path) throws IOException {
    return new LocalFile(path, "rw");
  }

  @Override
  public void forceDirectory(Path directory) {
    boolean interrupted = Thread.interrupted(); // it would close the channel
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw DiskFailure.notDurable(directory, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public boolean delete(Path path) throws IOException {
    return Files.deleteIfExists(path);
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Override
  public long length(Path path) throws IOException {
    return Files.size(path);
  }

  @Override
  public long usableBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public @Nullable DirectoryLock tryLock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel::close;
      }
    } catch (OverlappingFileLockException e) {
      // another one of this process has it
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }
}
