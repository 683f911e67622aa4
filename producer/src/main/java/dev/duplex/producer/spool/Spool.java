package dev.duplex.producer.spool;

import dev.duplex.config.SpoolConfig;
import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.row.EnvelopeSchema;
import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * What the relay could not publish, on local disk (docs/formats/diff-file.md). A change is
 * appended, then committed; only what is committed is read, and survives.
 *
 * <p>Owned by one thread. After a {@link HaltException} only {@link #close} works.
 */
public final class Spool implements AutoCloseable {
  /** A change that is larger could not be published either: the topic takes no more. */
  static final int MAX_CHANGE_BYTES = 64 << 20;

  private final Disk disk;
  private final Path directory;
  private final SpoolLock lock;
  private final HeadFile headFile;
  private final DiffFileAppender appender;
  private final NavigableMap<Long, DiffFile> files;
  private final String custody;
  private final SpoolState state;
  private Head head;
  private boolean headIsThere;
  private ReadCount published = ReadCount.NONE;

  private Spool(
      Disk disk,
      Path directory,
      SpoolLock lock,
      String custody,
      Recovery.Recovered found,
      SpoolConfig config) {
    this.disk = disk;
    this.directory = directory;
    this.state = new SpoolState(directory);
    this.lock = lock;
    this.files = found.files();
    this.custody = custody;
    this.head = found.head();
    this.headIsThere = found.headIsThere();
    this.headFile = new HeadFile(disk, directory);
    this.appender =
        new DiffFileAppender(
            disk, directory, head, config.segmentSizeBytes(), config.maxSizeBytes());
  }

  /**
   * Opens the directory of a link, makes it if there is none, takes its lock and cuts what lies
   * behind its head.
   *
   * @throws RetryException (DIFF_FILE_ELSEWHERE) if another process has the lock; (SPOOL_FULL) if
   *     the disk is full
   * @throws HaltException (DIFF_FILE_DAMAGED) if something before the head is missing or short, or
   *     the disk refuses; what is wrong within the files is found by reading
   */
  public static Spool open(SpoolConfig config, Link link) {
    return open(config, link, Disk.local());
  }

  /** As {@link #open(SpoolConfig, Link)}, on a disk that is not this machine's. */
  public static Spool open(SpoolConfig config, Link link, Disk disk) {
    return open(config, link, disk, directory -> {});
  }

  /**
   * Opens the directory of a link as an empty one: diff files that are found there do not belong to
   * the link any more, and are set aside.
   *
   * @throws RetryException and {@link HaltException} as {@link #open}
   */
  public static Spool openAnew(SpoolConfig config, Link link, Disk disk) {
    return open(config, link, disk, directory -> SpoolDirectory.setAside(disk, directory));
  }

  /**
   * Opens the directory of a link with a copy of the diff files of another one. What was there is
   * set aside.
   *
   * @throws RetryException and {@link HaltException} as {@link #open}
   */
  public static Spool openCopy(SpoolConfig config, Link link, Path from) {
    Disk disk = Disk.local();
    return open(
        config,
        link,
        disk,
        directory -> {
          SpoolDirectory.setAside(disk, directory);
          SpoolDirectory.copy(disk, from, directory);
        });
  }

  /** What is done with the directory before it is looked at. */
  private interface Preparation {
    void on(Path directory) throws IOException;
  }

  private static Spool open(SpoolConfig config, Link link, Disk disk, Preparation preparation) {
    Path directory = config.directoryOf(link.name());
    SpoolLock lock = null;
    Spool spool = null;
    try {
      disk.createDirectories(directory);
      lock = SpoolLock.take(disk, directory);
      preparation.on(directory);
      String id = Recovery.id(disk, directory);
      Recovery.Recovered found = Recovery.recover(disk, directory, link.name(), id);
      Spool opened =
          new Spool(disk, directory, lock, SpoolDirectory.custody(disk, directory), found, config);
      spool = opened;
      opened.adopt();
      lock = null;
      return opened;
    } catch (DamageException e) {
      throw Damage.of(e).halt();
    } catch (IOException e) {
      throw DiskFailure.refused(directory, e);
    } finally {
      if (lock != null) {
        giveUp(spool, lock);
      }
    }
  }

  private void adopt() throws DamageException, IOException {
    Map.Entry<Long, DiffFile> last = files.lastEntry();
    SchemaUnion union = new SchemaUnion(List.of());
    if (last != null) {
      try {
        union = new SchemaUnion(KnownSchemas.parse(last.getValue().header()));
      } catch (IllegalArgumentException e) {
        throw new DamageException(last.getValue().path(), 0, String.valueOf(e.getMessage()), e);
      }
    }
    appender.adopt(files.values(), union);
    appender.backTo(head, last());
    if (headIsThere) {
      headFile.reserve();
    }
  }

  /** A name made once, which stays with the directory. */
  public String id() {
    return head.spool();
  }

  /** What names the directory in {@code duplex.relay}; see {@link SpoolDirectory#findCustody}. */
  public String custody() {
    return custody;
  }

  public Path directory() {
    return directory;
  }

  /** How much the disk takes yet, in bytes. */
  public long usableBytes() throws IOException {
    return disk.usableBytes(directory);
  }

  /** Whether there is no committed transaction that is not released. */
  public boolean isEmpty() {
    return files.isEmpty();
  }

  /** The last committed transaction; stays until {@link #clear}, even if it is released. */
  public @Nullable SpoolEnd end() {
    return head.end() == null ? null : head.end().transaction();
  }

  /** What is committed and not released, without what was {@link #published}. */
  public SpoolTotals totals() {
    return SpoolCounter.of(files, head, published);
  }

  /** What was read is published, though it stays until its file is released. */
  public void published(ReadCount read) {
    published = read;
  }

  /** Whether nothing is uncommitted. */
  public boolean atBoundary() {
    return state.isOpen() && appender.isEmptyBehind(head);
  }

  /**
   * Adds a change; it is durable after {@link #commit}.
   *
   * @param value the envelope, with {@link WireFormat#HEADER_BYTES} of room in front, which is not
   *     written; it is copied
   * @param position of its transaction
   * @param end set on the last change of a transaction
   * @throws SpoolFullException if {@code spool.max-size} is reached or the disk is full; then
   *     {@link #rollback} before anything else
   * @throws HaltException (DIFF_FILE_DAMAGED) if the disk refuses otherwise; (CHANGE_REJECTED) if
   *     the change has more than 64 MiB
   */
  public void append(
      EnvelopeSchema schema, byte[] value, long position, @Nullable TransactionEnd end) {
    state.requireOpen();
    if (value.length > MAX_CHANGE_BYTES) {
      throw new HaltException(
          Reason.CHANGE_REJECTED,
          "a change of table "
              + schema.table()
              + " has "
              + value.length
              + " bytes, more than the "
              + MAX_CHANGE_BYTES
              + " that a record may have: take the table out of primary.tables, then run"
              + " 'duplex init --recopy'");
    }
    state.run(
        () -> {
          if (!headIsThere) {
            // Files without a head are damage, so it must be there before the first of them.
            put(head);
            headIsThere = true;
            headFile.reserve();
          }
          appender.append(schema, value, position, end);
        });
  }

  /**
   * Makes everything up to the last end appended durable: file, directory, head. What belongs to a
   * transaction that is not complete stays uncommitted.
   *
   * @param decoded LSN that may be confirmed to the primary when this returns
   * @throws SpoolFullException and {@link HaltException} as {@link #append}
   */
  public void commit(long decoded) {
    state.requireOpen();
    state.run(
        () -> {
          appender.flushTransactions();
          DiffFileAppender.End end = appender.end();
          if (end == null || end.changes() == changesOf(head)) {
            commitDecoded(decoded);
            return;
          }
          appender.force();
          DiffFile last = end.file();
          put(head.withEnd(last.sequence(), end.confirmed(decoded)));
          appender
              .closed(files.isEmpty() ? head.first() : files.lastKey(), last.sequence())
              .forEach(file -> files.put(file.sequence(), file));
          files.put(last.sequence(), last);
        });
  }

  /** Transactions without a change that matters move the position all the same. */
  private void commitDecoded(long decoded) throws IOException {
    Head.End end = head.end();
    if (end != null && decoded > end.transaction().decoded()) {
      put(head.withEnd(head.sequence(), end.withDecoded(decoded)));
    }
  }

  /** Takes away what is not committed: part of a transaction, or all after a full spool. */
  public void rollback() {
    state.beginRollback();
    state.run(() -> appender.backTo(head, last()));
  }

  /** Reads from the first committed change that is still there. */
  public SpoolReader reader() {
    state.requireOpen();
    return new SpoolReader(
        disk,
        sequence -> {
          Map.Entry<Long, DiffFile> file = files.ceilingEntry(sequence);
          return file == null ? null : file.getValue();
        });
  }

  /**
   * Deletes files all of whose transactions are at or before a position, because the broker has
   * them. What remains is not touched, nor is {@link #end}.
   */
  public void release(long position) {
    state.requireOpen();
    state.run(
        () -> {
          List<DiffFile> whole =
              files.values().stream()
                  .takeWhile(file -> file.lastPosition() <= position)
                  .filter(file -> file.sequence() < head.sequence() || appender.isEmptyBehind(head))
                  .toList();
          if (whole.isEmpty()) {
            return;
          }
          Head shorter = head.withFirst(whole.get(whole.size() - 1).sequence() + 1);
          headFile.putMakingRoom(shorter);
          head = shorter;
          for (DiffFile file : whole) {
            appender.delete(file);
            files.remove(file.sequence());
          }
          headFile.reserve();
        });
  }

  /** After the drain: takes away all files, the head, and what is uncommitted. */
  public void clear() {
    state.requireOpen();
    state.run(
        () -> {
          Head empty = new Head(head.link(), head.spool(), 1, 0, null);
          if (headIsThere) {
            // If this is cut short, the files that are left lie behind a head without end.
            headFile.putMakingRoom(empty);
          }
          head = empty;
          published = ReadCount.NONE;
          files.clear();
          appender.clear(head);
          headFile.delete();
          headIsThere = false;
        });
  }

  private @Nullable DiffFile last() {
    Map.Entry<Long, DiffFile> last = files.lastEntry();
    return last == null ? null : last.getValue();
  }

  private static long changesOf(Head head) {
    return head.end() == null ? 0 : head.end().changes();
  }

  private void put(Head newHead) throws IOException {
    headFile.put(newHead);
    head = newHead;
  }

  private static void giveUp(@Nullable Spool spool, SpoolLock lock) {
    try (lock) {
      if (spool != null) {
        spool.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give up the lock", e);
    }
  }

  /** Closes the files; what is not committed is cut when they are opened again. */
  @Override
  public void close() {
    if (state.isClosed()) {
      return;
    }
    if (state.isOpen() && headIsThere && head.end() == null) {
      clear(); // nothing was ever committed: what is left would look like changes of an outage
    }
    state.close();
    try (lock) {
      appender.close();
    } catch (IOException e) {
      throw DiskFailure.refused(directory, e);
    }
  }
}
