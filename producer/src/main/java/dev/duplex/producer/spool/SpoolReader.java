package dev.duplex.producer.spool;

import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.failure.HaltException;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed changes in order, and what is committed while it reads. Holds one file and one
 * block at a time.
 *
 * <p>Owned by one thread: the one that owns the {@link Spool}, if there is one.
 */
public final class SpoolReader implements AutoCloseable {
  private final Disk disk;
  private final CommittedFiles files;
  private final KnownSchemas schemas = new KnownSchemas();
  private final DiffFileChain chain = new DiffFileChain();
  private final Change change = new Change();
  private @Nullable DiffFileReader current;
  private @Nullable DiffFile file;
  private long sequence;
  private ReadCount count = ReadCount.NONE;
  private long unfinished; // changes of the transaction that is read in part
  private boolean afterDamage;
  private @Nullable SpooledChange repeat;
  private @Nullable HaltException halt;

  SpoolReader(Disk disk, CommittedFiles files) {
    this.disk = disk;
    this.files = files;
  }

  /**
   * The next committed change.
   *
   * @return null if there is none yet; valid until the next call
   * @throws HaltException (DIFF_FILE_DAMAGED) naming the file and the positions that are affected;
   *     every further call throws it again
   */
  public @Nullable SpooledChange next() {
    if (halt != null) {
      throw halt;
    }
    try {
      return read();
    } catch (DamageException e) {
      halt = skip(e).halt();
      throw halt;
    }
  }

  /** The whole transactions so far, with what lies before; not exact behind damage. */
  public ReadCount count() {
    return count;
  }

  /** As {@link #next}; goes on behind the damage after {@link #skip}. */
  @Nullable SpooledChange read() throws DamageException {
    if (repeat != null) {
      SpooledChange again = repeat;
      repeat = null;
      return again;
    }
    DiffFileReader reader = current;
    if (reader == null || !reader.isInBlock()) {
      reader = advance();
    }
    if (reader == null) {
      return null;
    }
    KnownSchemas.Known known = reader.next(change);
    if (!afterDamage || change.order() == 1) {
      afterDamage = false;
      take(reader);
    }
    unfinished++;
    if (change.count() != 0) {
      count =
          new ReadCount(
              count.transactions() + 1, count.changes() + unfinished, change.commitMicros());
      unfinished = 0;
    }
    return new SpooledChange(known.schema(), known.format(), change);
  }

  private void take(DiffFileReader reader) throws DamageException {
    try {
      chain.take(change);
    } catch (IllegalArgumentException e) {
      String what = String.valueOf(e.getMessage());
      throw new DamageException(reader.path(), reader.blockOffset(), what, e);
    }
  }

  /** Goes to the next block, wherever it is. */
  private @Nullable DiffFileReader advance() throws DamageException {
    while (true) {
      DiffFileReader reader = current;
      DiffFile next = files.from(sequence);
      if (reader != null && next != null && next.sequence() == sequence) {
        file = next;
        if (reader.offset() < next.length()) {
          reader.readBlock(next.length());
          return reader;
        }
        checkEnd(reader, next);
        next = files.from(sequence + 1);
      } else if (reader != null) {
        chain.restart(); // the rest of the file was released unread
      }
      if (next == null) {
        return null;
      }
      open(next);
    }
  }

  private static void checkEnd(DiffFileReader reader, DiffFile expected) throws DamageException {
    if (expected.end() != null
        && reader.hasChecksum()
        && (reader.offset() != expected.length() || reader.checksum() != expected.checksum())) {
      throw new DamageException(
          reader.path(), reader.offset(), "it is not as long or not as it was written", null);
    }
  }

  private void open(DiffFile next) throws DamageException {
    DiffFileReader before = current;
    current = null;
    file = next;
    sequence = next.sequence();
    if (before != null) {
      before.close();
    }
    DiffFileReader reader = DiffFileReader.open(disk, next.path(), schemas);
    current = reader;
    if (before != null && before.hasChecksum()) {
      checkFollows(before, reader);
    }
    FileHeader header = reader.header();
    if (before == null || header.sequence() != before.header().sequence() + 1) {
      unfinished = 0;
      count =
          new ReadCount(header.transactionsBefore(), header.changesBefore(), count.commitMicros());
    }
  }

  private static void checkFollows(DiffFileReader before, DiffFileReader reader)
      throws DamageException {
    FileHeader header = reader.header();
    if (header.sequence() != before.header().sequence() + 1) {
      return; // what lies between was released
    }
    boolean follows =
        header.hasPreceding()
            && header.precedingFile().equals(before.header().name().toString())
            && header.precedingLength() == before.offset()
            && header.precedingChecksum() == before.checksum();
    if (!follows) {
      String what = "it does not follow " + before.header().name() + " as that is";
      throw new DamageException(reader.path(), 0, what, null);
    }
  }

  /**
   * Goes on to the next transaction that can be read.
   *
   * @return what lies before it
   */
  Damage skip(DamageException e) {
    DiffFile at = file;
    Long after = chain.complete();
    if (after == null && at != null) {
      after = at.header().previousPosition();
    }
    Long upTo = e.upTo();
    chain.restart();
    afterDamage = true;
    DiffFileReader reader = current;
    if (reader == null || e.offset() == 0) {
      upTo = leaveFile(at);
    } else {
      upTo = nextGood(reader, at);
    }
    return new Damage(e.file().toString(), e.offset(), e.what(), after, null, upTo);
  }

  /** Finds the next transaction that begins in the file; else leaves the file. */
  private @Nullable Long nextGood(DiffFileReader reader, @Nullable DiffFile at) {
    long limit = at == null ? 0 : at.length();
    while (reader.offset() < limit || reader.isInBlock()) {
      try {
        if (!reader.skipBlock(limit)) {
          break;
        }
        reader.readBlock(limit);
        while (reader.isInBlock()) {
          KnownSchemas.Known known = reader.next(change);
          if (change.order() == 1) {
            take(reader);
            afterDamage = false;
            repeat = new SpooledChange(known.schema(), known.format(), change);
            return change.hasPreviousPosition() ? change.previousPosition() : null;
          }
        }
      } catch (DamageException e) {
        // The next block may be readable; what is named reaches to there.
      }
    }
    return leaveFile(at);
  }

  private @Nullable Long leaveFile(@Nullable DiffFile at) {
    if (current != null) {
      current.close();
      current = null;
    }
    sequence = at == null ? sequence : at.sequence() + 1;
    return at == null || at.end() == null ? null : at.lastPosition();
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
