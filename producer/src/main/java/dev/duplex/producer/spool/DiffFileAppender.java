package dev.duplex.producer.spool;

import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.row.EnvelopeSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Appends changes to diff files and knows where the last transaction ends in them. What it writes
 * counts for nothing until the spool's head says so.
 *
 * <p>Owned by one thread. After an {@link IOException} or a full spool only {@link #backTo} works.
 */
final class DiffFileAppender implements AutoCloseable {
  /** Where the last transaction ends. */
  record End(DiffFile file, SpoolEnd transaction, long transactions, long changes) {
    /** How the head says it. */
    Head.End confirmed(long decoded) {
      return new Head.End(
          file.header().name().toString(),
          file.length(),
          file.checksum(),
          transaction.withDecoded(decoded),
          transactions,
          changes);
    }
  }

  private final Disk disk;
  private final Path directory;
  private final String link;
  private final String spool;
  private final long segmentBytes;
  private final long maxBytes;

  private final Block block = new Block();
  private final DiffFileWriter.Frame frame = new DiffFileWriter.Frame();
  private final FirstChange firstChange = new FirstChange();
  private final TreeMap<Long, DiffFile> closed = new TreeMap<>();
  private SchemaUnion union = new SchemaUnion(List.of());
  private @Nullable DiffFileWriter current;
  private @Nullable TransactionEnd blockEnd;
  private @Nullable End end;
  private Preceding preceding = Preceding.NONE;
  private long transactions;
  private long changes;
  private long bytes;
  private boolean hasNewFile;

  DiffFileAppender(Disk disk, Path directory, Head head, long segmentBytes, long maxBytes) {
    this.disk = disk;
    this.directory = directory;
    this.link = head.link();
    this.spool = head.spool();
    this.segmentBytes = segmentBytes;
    this.maxBytes = maxBytes;
  }

  /** Takes over what a directory has: new files know its schemas. */
  void adopt(Iterable<DiffFile> files, SchemaUnion schemas) {
    files.forEach(
        file -> {
          closed.put(file.sequence(), file);
          bytes += file.length();
        });
    union = schemas;
  }

  void append(EnvelopeSchema schema, byte[] value, long position, @Nullable TransactionEnd last)
      throws IOException {
    if (block.isFullFor(value)) {
      flush();
    }
    block.add(branch(schema), value, position, last != null);
    if (last != null) {
      blockEnd = last;
    }
  }

  private int branch(EnvelopeSchema schema) throws IOException {
    int branch = union.indexOf(schema);
    if (branch != SchemaUnion.NONE) {
      return branch;
    }
    // As long as the file is not begun, the union can grow: tables that turn up together are
    // together in one file.
    if (current != null || union.hasOtherShape(schema)) {
      flush();
      closeFile();
    }
    union = union.with(schema);
    return union.indexOf(schema);
  }

  private void flush() throws IOException {
    flushTransactions();
    if (block.end().bytes() > 0) {
      write(block.end());
    }
    block.clear();
  }

  /** Writes what belongs to transactions that are complete. */
  void flushTransactions() throws IOException {
    if (blockEnd == null) {
      return;
    }
    DiffFileWriter writer = write(block.boundary());
    PrimaryIdentity identity = writer.written().header().identity();
    SpoolEnd transaction =
        new SpoolEnd(
            blockEnd.position(),
            blockEnd.transactionId(),
            blockEnd.commitMicros(),
            0,
            identity.systemId(),
            identity.timeline());
    end = new End(writer.written(), transaction, transactions, changes);
    blockEnd = null;
    block.dropToBoundary();
  }

  private DiffFileWriter write(Block.Place to) throws IOException {
    frame.fill(block, to);
    if (current != null && current.length() + frame.length() > segmentBytes) {
      closeFile();
    }
    DiffFileWriter writer = current;
    if (writer == null) {
      FileHeader header = header();
      checkRoom(header.length() + frame.length());
      writer = DiffFileWriter.create(disk, directory, header);
      current = writer;
      hasNewFile = true;
      bytes += header.length();
    } else {
      checkRoom(frame.length());
    }
    writer.write(frame);
    bytes += frame.length();
    changes += to.changes();
    transactions += to.ends();
    return writer;
  }

  private void checkRoom(long more) {
    if (bytes + more > maxBytes) {
      throw new SpoolFullException(
          "diff files in "
              + directory
              + " have reached spool.max-size ("
              + maxBytes
              + " bytes): bring the broker back, or raise it",
          null);
    }
  }

  private FileHeader header() {
    Entries entries =
        new Entries()
            .put(FileHeader.SCHEMA, union.schema().toString())
            .put(FileHeader.CODEC, FileHeader.ZSTANDARD)
            .put(FileHeader.FORMAT, FileHeader.VERSION)
            .put(FileHeader.LINK, link)
            .put(FileHeader.SPOOL, spool)
            .put(FileHeader.SEQUENCE, preceding.sequence() + 1)
            .put(FileHeader.TRANSACTIONS_BEFORE, transactions)
            .put(FileHeader.CHANGES_BEFORE, changes)
            .put(FileHeader.SCHEMAS, union.fingerprints());
    firstChange.describe(block.bytes(), union, entries);
    preceding.describe(entries);
    UUID random = UUID.randomUUID();
    byte[] sync =
        ByteBuffer.allocate(FileHeader.SYNC_BYTES)
            .putLong(random.getMostSignificantBits())
            .putLong(random.getLeastSignificantBits())
            .array();
    return FileHeader.of(entries, sync);
  }

  /** The next change begins a new file. */
  void closeFile() throws IOException {
    if (current == null) {
      return;
    }
    // The head may come to lie behind this file without anybody having it open.
    current.force();
    current.close();
    DiffFile file = current.written();
    closed.put(file.sequence(), file);
    preceding = Preceding.of(file);
    current = null;
  }

  /** Makes everything up to {@link #end} durable. */
  void force() {
    if (current != null && end != null && end.file().sequence() == current.sequence()) {
      current.force();
    }
    if (hasNewFile) {
      disk.forceDirectory(directory);
      hasNewFile = false;
    }
  }

  /** Where the last transaction written since {@link #backTo} ends; null if there is none. */
  @Nullable End end() {
    return end;
  }

  boolean isEmptyBehind(Head head) {
    long confirmed = head.end() == null ? 0 : head.end().changes();
    return block.end().bytes() == 0 && changes == confirmed;
  }

  /** The files that were completed, from one sequence to before another. */
  Collection<DiffFile> closed(long from, long before) {
    return closed.subMap(from, before).values();
  }

  /** Deletes a file whose transactions the broker has. */
  void delete(DiffFile file) throws IOException {
    if (current != null && current.sequence() == file.sequence()) {
      closeFile();
    }
    closed.remove(file.sequence());
    disk.delete(file.path());
    bytes -= file.length();
  }

  /** Takes away what lies behind the head. */
  void backTo(Head head, @Nullable DiffFile last) throws IOException {
    block.clear();
    blockEnd = null;
    end = null;
    if (current != null && (last == null || current.sequence() != last.sequence())) {
      current.close();
      current = null;
    }
    if (current != null && last != null) {
      current.cut(last);
    }
    for (Path path : disk.list(directory)) {
      if (DiffFileName.of(path).filter(name -> name.sequence() > head.sequence()).isPresent()) {
        disk.delete(path);
      }
    }
    closed.tailMap(head.sequence(), false).clear();
    if (last != null && closed.replace(last.sequence(), last) != null) {
      disk.cut(last.path(), last.length());
    }
    preceding = Preceding.of(head);
    transactions = head.end() == null ? 0 : head.end().transactions();
    changes = head.end() == null ? 0 : head.end().changes();
    bytes = closed.values().stream().mapToLong(DiffFile::length).sum();
    bytes += current == null ? 0 : current.length();
  }

  /** Takes away everything. */
  void clear(Head empty) throws IOException {
    closed.clear();
    backTo(empty, null);
  }

  @Override
  public void close() throws IOException {
    frame.close();
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
