package dev.duplex.admin.diff;

import dev.duplex.consumer.source.ChangeSource;
import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.producer.spool.SpoolReader;
import dev.duplex.producer.spool.SpooledChange;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.control.ControlRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The changes in diff files; their numbers are the offsets. Owned by one thread. */
final class DiffFileSource implements ChangeSource {
  private final DiffFiles files;
  private final DiffFileCounts counts = new DiffFileCounts();
  private Deque<SpoolReader> readers = new ArrayDeque<>();
  private @Nullable SpooledChange current;
  private long next;
  private long from;
  private long applied;
  private boolean atEnd;

  DiffFileSource(DiffFiles files) {
    this.files = files;
  }

  /** What was read so far, each change once. */
  DiffFileCounts counts() {
    return counts;
  }

  @Override
  public boolean isTopic() {
    return false;
  }

  @Override
  public String remedy() {
    return "Bring the diff files that have what is missing, and apply them together with these;"
        + " or start the consumer, if it lies on the topic";
  }

  @Override
  public boolean isReady() {
    return true;
  }

  /** Reads the file again in which the next transaction lies, not all of them. */
  @Override
  public void seek(long offset, long newApplied) {
    close();
    from = offset;
    next = offset;
    applied = newApplied;
    atEnd = false;
    counts.begin(newApplied);
    // At 0 nothing is counted off yet: whose changes they are must be seen even if it has them.
    readers = new ArrayDeque<>(files.readers(offset == 0 ? 0 : newApplied));
  }

  @Override
  public boolean next(Duration wait) {
    while (!readers.isEmpty()) {
      SpooledChange change = readers.element().next();
      if (change == null) {
        readers.remove().close();
      } else if (from == 0 || change.change().position() > applied) {
        current = change;
        next++;
        counts.read(next, change.change());
        return true;
      }
    }
    atEnd = true;
    return false;
  }

  @Override
  public boolean isAtEnd() {
    return atEnd;
  }

  @Override
  public long offset() {
    return next - 1;
  }

  @Override
  public long resumeOffset() {
    return next;
  }

  @Override
  public RowFormat rowFormat() {
    return current().format();
  }

  @Override
  public Change change() {
    return current().change();
  }

  @Override
  public ControlRecord control() {
    throw new IllegalStateException("diff files have no control records");
  }

  private SpooledChange current() {
    if (current == null) {
      throw new IllegalStateException("next() comes first");
    }
    return current;
  }

  @Override
  public void close() {
    while (!readers.isEmpty()) {
      readers.remove().close();
    }
  }
}
