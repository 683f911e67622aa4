package dev.duplex.producer.capture;

import dev.duplex.database.source.LogListener;
import dev.duplex.database.source.TableListener;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.row.EnvelopeEncoder;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.SourceRow;
import dev.duplex.schemas.row.TransactionStamp;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.time.Time;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the chain: numbers the changes of each transaction, names its predecessor, and leaves out
 * what is published already.
 *
 * <p>The last change of a transaction says how many there are, which is known one message later; so
 * one encoded change is always held back. Owned by the capture's thread.
 */
final class TransactionAssembler implements LogListener {
  /** One shape of a table, and how many of its changes the current transaction had. */
  private final class TableChanges implements TableListener {
    final EnvelopeEncoder encoder;
    private long transaction;
    private long tableOrder;

    TableChanges(Table shape) {
      this.encoder = new EnvelopeEncoder(start.link(), start.identity(), start.database(), shape);
    }

    @Override
    public void change(Operation operation, @Nullable SourceRow before, @Nullable SourceRow after) {
      long position = current().position();
      if (position != transaction) {
        transaction = position;
        tableOrder = 0;
      }
      tableOrder++;
      add(encoder, tableOrder, operation, before, after);
    }
  }

  private final CaptureStart start;
  private final Time time;
  private final Consumer<CapturedChange> sink;

  private @Nullable Long previousPosition;
  private boolean headSeen;
  private boolean inTransaction;
  private boolean published; // the current transaction is, whole
  private long order;
  private @Nullable TransactionStamp stamp;
  private @Nullable CapturedChange held;
  private int heldCountOffset;

  TransactionAssembler(CaptureStart start, Time time, Consumer<CapturedChange> sink) {
    this.start = start;
    this.time = time;
    this.sink = sink;
    this.previousPosition = start.isKnown() ? start.position() : null;
    // A slot that starts behind the head sends only what is new.
    this.headSeen = start.slotStart() > start.position();
  }

  boolean inTransaction() {
    return inTransaction;
  }

  @Override
  public TableListener table(Table shape) {
    return new TableChanges(shape);
  }

  @Override
  public void begin(long transactionId, long position, long commitMicros) {
    inTransaction = true;
    order = 0;
    published = position <= start.position();
    if (position == start.position()) {
      headSeen = transactionId == start.transactionId();
    }
    stamp = TransactionStamp.of(transactionId, position, previousPosition, commitMicros);
  }

  private void add(
      EnvelopeEncoder encoder,
      long tableOrder,
      Operation operation,
      @Nullable SourceRow before,
      @Nullable SourceRow after) {
    TransactionStamp current = current();
    order++;
    boolean sent =
        published || (current.position() == start.cutPosition() && order <= start.cutOrder());
    if (sent) {
      return;
    }
    checkHistory(current);
    release(null);
    byte @Nullable [] key = null;
    if (operation != Operation.TRUNCATE) {
      // The row is addressed by the key it has before the change.
      SourceRow image = before != null ? before : after;
      key = image == null ? null : encoder.key(image);
    }
    byte[] value =
        encoder.change(operation, current, time.clock().millis(), order, tableOrder, before, after);
    heldCountOffset = encoder.countOffset();
    held = new CapturedChange(encoder, key, value, current.position(), order, null);
  }

  @Override
  public void commit(long position, long endLsn) {
    TransactionStamp current = current();
    if (held != null) {
      Long transactionId = current.transactionId();
      release(
          new TransactionEnd(
              position, endLsn, transactionId == null ? 0 : transactionId, current.commitMicros()));
      previousPosition = position;
    }
    inTransaction = false;
    stamp = null;
  }

  private void release(@Nullable TransactionEnd end) {
    CapturedChange change = held;
    held = null;
    if (change == null) {
      return;
    }
    if (end == null) {
      sink.accept(change);
    } else {
      byte[] value = EnvelopeEncoder.withCount(change.value(), heldCountOffset, change.order());
      sink.accept(change.asLast(value, end));
    }
  }

  /**
   * A slot that starts at or before the head must send the head's transaction again. If it does
   * not, the log is not the one that was published from: the primary was set back, and then went
   * on.
   */
  private void checkHistory(TransactionStamp first) {
    if (!headSeen) {
      throw new HaltException(
          Reason.CAPTURE_LOST,
          "the primary's log has no transaction "
              + start.transactionId()
              + " at "
              + Position.format(start.position())
              + ", which was published from it (now at "
              + Position.format(first.position())
              + "): the primary was restored to an earlier point; run 'duplex init --recopy'");
    }
  }

  private TransactionStamp current() {
    TransactionStamp current = stamp;
    if (current == null) {
      throw new IllegalStateException("the log has a change outside of a transaction");
    }
    return current;
  }
}
