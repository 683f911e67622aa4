package dev.duplex.producer.spool;

import dev.duplex.config.SpoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A directory in which tests spool, and what they ask of it. */
final class TestSpool {
  static final long MEGABYTE = 1 << 20;

  private final Path root;
  private long maxBytes = 1000 * MEGABYTE;
  private long segmentBytes = 64 * MEGABYTE;
  private Disk disk = Disk.local();

  TestSpool(Path root) {
    this.root = root;
  }

  TestSpool segments(long bytes) {
    segmentBytes = bytes;
    return this;
  }

  TestSpool max(long bytes) {
    maxBytes = bytes;
    return this;
  }

  TestSpool on(Disk newDisk) {
    disk = newDisk;
    return this;
  }

  Spool open() {
    return Spool.open(new SpoolConfig(root, maxBytes, segmentBytes), Changes.LINK, disk);
  }

  Path path() {
    return root.resolve(Changes.LINK.name());
  }

  Path head() {
    return path().resolve(Head.FILE);
  }

  List<Path> diffFiles() throws IOException {
    return disk.list(path()).stream().filter(file -> DiffFileName.of(file).isPresent()).toList();
  }

  /** Copies everything to another place, where it can be harmed. */
  TestSpool copyTo(Path newRoot) throws IOException {
    TestSpool copy = new TestSpool(newRoot);
    Files.createDirectories(copy.path());
    for (Path old : disk.list(copy.path())) {
      Files.delete(old);
    }
    for (Path file : disk.list(path())) {
      Files.copy(file, copy.path().resolve(file.getFileName()));
    }
    return copy;
  }

  /** The transactions that a reader still gives out whole, by their positions. */
  static List<Long> transactions(SpoolReader reader) {
    List<Long> positions = new ArrayList<>();
    for (SpooledChange next = reader.next(); next != null; next = reader.next()) {
      if (next.change().count() > 0) {
        positions.add(next.change().position());
      }
    }
    return positions;
  }

  /** Opens, reads all and closes. */
  List<Long> transactions() {
    try (Spool spool = open();
        SpoolReader reader = spool.reader()) {
      return transactions(reader);
    }
  }

  /** The positions that {@link Changes} gives its transactions. */
  static List<Long> chain(long first, long last) {
    return LongStream.iterate(first, p -> p <= last, p -> p + Changes.STEP).boxed().toList();
  }
}
