package dev.duplex.producer.capture;

import dev.duplex.database.SqlFailure;
import dev.duplex.database.source.LogReader;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log in a loop of its own and hands batches over, so that the next batch is made while
 * one is being published.
 *
 * <p>The hand-over is bounded: {@value #MAX_BATCHES} batches, {@value #ROOM_BYTES} bytes (one row
 * alone may be larger). When it is full the loop stops reading, but goes on telling the server that
 * it lives. It keeps the session alive from {@link #start} on, and reads from {@link #begin} on.
 */
public final class Capture implements Loop, AutoCloseable {
  static final int MAX_BATCHES = 8;
  static final int ROOM_BYTES = 8 << 20;
  private static final int BATCH_BYTES = 512 << 10;
  private static final int BATCH_CHANGES = 2_000;
  private static final int STEP_MESSAGES = 4_096;
  private static final long STATUS_MILLIS = 1_000; // the server hears from us as often

  private final LogReader reader;
  private final Time time;
  private final Runnable whenReady;
  private final BlockingQueue<ChangeBatch> queue = new ArrayBlockingQueue<>(MAX_BATCHES);
  private final Semaphore room = new Semaphore(ROOM_BYTES);
  private volatile Loops.@Nullable Running running;
  private volatile @Nullable CaptureStart start;
  private volatile boolean waitsForRoom;
  private volatile boolean closed;
  private volatile @Nullable DuplexException failure;

  // The loop's own.
  private @Nullable TransactionAssembler assembler;
  private @Nullable ChangeBatch full;
  private List<CapturedChange> changes = new ArrayList<>();
  private long bytes;
  private long lastDecoded;
  private long statusMillis;

  /**
   * Starts nothing yet.
   *
   * @param reader owned by this object from now on
   * @param whenReady is called, by the loop, when {@link #poll} has something; returns at once
   */
  public Capture(LogReader reader, Time time, Runnable whenReady) {
    this.reader = reader;
    this.time = time;
    this.whenReady = whenReady;
    this.statusMillis = time.millis();
  }

  /** Lets the loop run. Call once. */
  public void start(Loops loops) {
    running = loops.start("duplex-capture", this);
  }

  /** Begins to read. Call once. */
  public void begin(CaptureStart from) {
    start = from;
    wake();
  }

  /**
   * The next batch, or null if none is at hand.
   *
   * @throws DuplexException if reading has ended; what was handed over before is still returned
   *     first
   */
  public @Nullable ChangeBatch poll() {
    DuplexException ended = failure; // before the queue: nothing is handed over after it
    ChangeBatch batch = queue.poll();
    if (batch == null) {
      if (ended != null) {
        throw ended;
      }
      return null;
    }
    room.release(batch.room());
    if (waitsForRoom) {
      wake();
    }
    return batch;
  }

  /** Whether another batch is waiting. */
  public boolean hasMore() {
    return !queue.isEmpty();
  }

  /** See {@link LogReader#confirm}. */
  public void confirm(long position) {
    reader.confirm(position);
  }

  @Override
  public long step() {
    if (closed) {
      return OVER;
    }
    try {
      TransactionAssembler current = assembler();
      return current != null && handOver() ? read(current) : keepAlive();
    } catch (SQLException e) {
      failed(failure(e));
    } catch (DuplexException e) {
      failed(e);
    } catch (RuntimeException | Error e) {
      // A dead capture must not look like a quiet one.
      failed(new HaltException(Reason.CAPTURE_LOST, "the capture failed: " + e, e));
    }
    return OVER;
  }

  private void failed(DuplexException e) {
    failure = e;
    whenReady.run();
  }

  private @Nullable TransactionAssembler assembler() {
    CaptureStart from = start;
    if (assembler == null && from != null) {
      assembler = new TransactionAssembler(from, time, this::add);
    }
    return assembler;
  }

  private long keepAlive() throws SQLException {
    long since = time.millis() - statusMillis;
    if (since >= STATUS_MILLIS) {
      reader.sendStatus();
      statusMillis = time.millis();
      since = 0;
    }
    return TimeUnit.MILLISECONDS.toNanos(STATUS_MILLIS - since);
  }

  private long read(TransactionAssembler current) throws SQLException {
    for (int messages = 0; messages < STEP_MESSAGES; messages++) {
      if (!reader.poll(current)) {
        return current.inTransaction() || !boundary() ? reader.idleNanos() : 0;
      }
      if (bytes >= BATCH_BYTES || changes.size() >= BATCH_CHANGES) {
        pack(ChangeBatch.UNKNOWN);
        return 0;
      }
    }
    return 0;
  }

  /** Between two transactions with nothing at hand; whether there was something to hand over. */
  private boolean boundary() {
    // Nothing has arrived that was not looked at, so this covers no commit in flight.
    long decoded = reader.received();
    if (changes.isEmpty() && decoded <= lastDecoded) {
      return false;
    }
    lastDecoded = decoded;
    pack(decoded);
    return true;
  }

  private void add(CapturedChange change) {
    changes.add(change);
    bytes += change.size();
  }

  private void pack(long decoded) {
    full = new ChangeBatch(changes, decoded, (int) Math.min(bytes, ROOM_BYTES));
    changes = new ArrayList<>();
    bytes = 0;
    var unused = handOver();
  }

  /** Whether nothing waits to be handed over any more. */
  private boolean handOver() {
    ChangeBatch batch = full;
    if (batch == null || offer(batch)) {
      return true;
    }
    waitsForRoom = true;
    return offer(batch); // room may have come before that was seen
  }

  private boolean offer(ChangeBatch batch) {
    if (queue.remainingCapacity() == 0 || !room.tryAcquire(batch.room())) {
      return false;
    }
    full = null;
    waitsForRoom = false;
    queue.add(batch);
    statusMillis = time.millis(); // reading answers the server, too
    whenReady.run();
    return true;
  }

  private void wake() {
    Loops.Running loop = running;
    if (loop != null) {
      loop.wake();
    }
  }

  private static DuplexException failure(SQLException e) {
    if (SqlFailure.isTransient(e)) {
      return new RetryException(
          Reason.PRODUCER_SILENT, "primary: the log cannot be read: " + SqlFailure.line(e), e);
    }
    return new HaltException(
        Reason.CAPTURE_LOST, "primary: the log cannot be read: " + SqlFailure.line(e), e);
  }

  /** Ends the loop and gives the slot up; waits for neither. */
  @Override
  public void close() {
    closed = true;
    reader.close();
    wake();
  }
}
