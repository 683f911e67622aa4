package dev.duplex.producer.spool;

import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.failure.HaltException;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed changes in order, and what is committed while it reads. Holds one file and one
 * block at a time.
 *
 * <p>Owned by the thread that owns the {@link Spool}.
 */
public final class SpoolReader implements AutoCloseable {
  private final CommittedFiles files;
  private final KnownSchemas schemas = new KnownSchemas();
  private final Chain chain = new Chain();
  private final Change change = new Change();
  private @Nullable DiffFileReader current;
  private @Nullable DiffFile file;

  SpoolReader(CommittedFiles files) {
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
    try {
      return read();
    } catch (DamageException e) {
      throw damage(e).halt();
    }
  }

  @Nullable SpooledChange read() throws DamageException {
    DiffFileReader reader = current;
    if (reader == null || !reader.isInBlock()) {
      reader = advance();
    }
    if (reader == null) {
      return null;
    }
    KnownSchemas.Known known = reader.next(change);
    try {
      chain.take(change);
    } catch (IllegalArgumentException e) {
      throw new DamageException(
          reader.path(), reader.blockOffset(), String.valueOf(e.getMessage()), e);
    }
    return new SpooledChange(known.schema(), known.format(), change);
  }

  /** Goes to the next block, wherever it is. */
  private @Nullable DiffFileReader advance() throws DamageException {
    while (true) {
      DiffFileReader reader = current;
      long sequence = reader == null ? 0 : reader.header().sequence();
      DiffFile next = files.from(sequence);
      if (next == null) {
        return null;
      }
      file = next;
      if (reader != null && next.sequence() == sequence) {
        if (reader.offset() < next.length()) {
          reader.readBlock(next.length());
          return reader;
        }
        checkEnd(reader, next);
        next = files.from(sequence + 1);
        if (next == null) {
          return null;
        }
      }
      open(next);
    }
  }

  private static void checkEnd(DiffFileReader reader, DiffFile expected) throws DamageException {
    if (reader.offset() != expected.length() || reader.checksum() != expected.checksum()) {
      throw new DamageException(
          reader.path(), reader.offset(), "it is not as long or not as it was written", null);
    }
  }

  private void open(DiffFile next) throws DamageException {
    DiffFileReader before = current;
    file = next;
    DiffFileReader reader = DiffFileReader.open(next.path(), schemas);
    current = reader;
    if (before != null) {
      before.close();
      checkFollows(before, reader);
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
      throw new DamageException(
          reader.path(), 0, "it does not follow " + before.header().name(), null);
    }
  }

  /** What a failure means for the transactions. */
  Damage damage(DamageException e) {
    DiffFile at = file;
    long after = chain.complete();
    if (after < 0 && at != null) {
      Long previous = at.header().previousPosition();
      after = previous == null ? Damage.UNKNOWN : previous;
    }
    return new Damage(
        String.valueOf(e.file().getFileName()),
        e.offset(),
        e.what(),
        after,
        at == null ? Damage.UNKNOWN : at.lastPosition());
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
