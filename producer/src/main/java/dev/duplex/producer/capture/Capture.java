package dev.duplex.producer.capture;

import dev.duplex.database.SqlFailure;
import dev.duplex.database.source.LogReader;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log on a thread of its own and hands batches over, so that the next batch is made while
 * one is being published.
 *
 * <p>The hand-over is bounded: {@value #MAX_BATCHES} batches, {@value #ROOM_BYTES} bytes (one row
 * alone may be larger). When it is full the thread stops reading, but goes on telling the server
 * that it lives. The thread starts at once and keeps the session alive; it reads from {@link
 * #begin} on.
 */
public final class Capture implements AutoCloseable {
  static final int MAX_BATCHES = 8;
  static final int ROOM_BYTES = 8 << 20;
  private static final int BATCH_BYTES = 512 << 10;
  private static final int BATCH_CHANGES = 2_000;
  private static final int STATUS_MILLIS = 1_000; // the server hears from us as often
  private static final long CLOSE_LIMIT_MILLIS = 5_000;

  private final LogReader session;
  private final Time time;
  private final CompletableFuture<CaptureStart> begin = new CompletableFuture<>();
  private final BlockingQueue<ChangeBatch> queue = new ArrayBlockingQueue<>(MAX_BATCHES);
  private final Semaphore room = new Semaphore(ROOM_BYTES);
  private final Thread thread;

  private List<CapturedChange> changes = new ArrayList<>();
  private long bytes;
  private long lastDecoded;
  private volatile boolean closed;
  private volatile @Nullable DuplexException failure;

  /**
   * Starts the thread.
   *
   * @param session owned by this object from now on
   */
  public Capture(LogReader session, Time time) {
    this.session = session;
    this.time = time;
    this.thread = new Thread(this::run, "duplex-capture");
    thread.setDaemon(true);
    thread.start();
  }

  /** Begins to read. Call once. */
  public void begin(CaptureStart start) {
    begin.complete(start);
  }

  /**
   * The next batch, or null if none came in time.
   *
   * @throws DuplexException if reading has ended; what was handed over before is still returned
   *     first
   */
  public @Nullable ChangeBatch poll(long timeout, TimeUnit unit) throws InterruptedException {
    ChangeBatch batch = queue.poll();
    DuplexException ended = failure;
    if (batch == null && ended == null) {
      batch = queue.poll(timeout, unit);
      ended = failure;
    }
    if (batch == null && ended != null) {
      throw ended;
    }
    if (batch != null) {
      room.release(batch.room());
    }
    return batch;
  }

  /** Whether another batch is waiting. */
  public boolean hasMore() {
    return !queue.isEmpty();
  }

  /** See {@link LogReader#confirm}. */
  public void confirm(long lsn) {
    session.confirm(lsn);
  }

  private void run() {
    try {
      CaptureStart start = awaitBegin();
      if (start != null) {
        TransactionAssembler assembler = new TransactionAssembler(start, time, this::add);
        read(assembler);
      }
    } catch (SQLException e) {
      failure = failure(e);
    } catch (DuplexException e) {
      failure = e;
    } catch (InterruptedException e) {
      failure = new RetryException(Reason.CAPTURE_LOST, "the capture was stopped", e);
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // A dead capture must not look like a quiet one.
      failure = new HaltException(Reason.CAPTURE_LOST, "the capture failed: " + e, e);
    }
  }

  private @Nullable CaptureStart awaitBegin() throws SQLException, InterruptedException {
    while (!closed) {
      try {
        return begin.get(STATUS_MILLIS, TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.TimeoutException e) {
        session.sendStatus();
      } catch (java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    return null;
  }

  private void read(TransactionAssembler assembler) throws SQLException, InterruptedException {
    while (!closed) {
      if (session.poll(assembler)) {
        if (bytes >= BATCH_BYTES || changes.size() >= BATCH_CHANGES) {
          handOver(ChangeBatch.UNKNOWN);
        }
      } else if (!assembler.inTransaction()) {
        // Nothing has arrived that was not looked at, so this LSN covers no commit in flight.
        long decoded = session.received();
        if (!changes.isEmpty() || decoded > lastDecoded) {
          lastDecoded = decoded;
          handOver(decoded);
        }
      }
    }
  }

  private void add(CapturedChange change) {
    changes.add(change);
    bytes += change.size();
  }

  private void handOver(long decoded) throws SQLException, InterruptedException {
    int taken = (int) Math.min(bytes, ROOM_BYTES);
    ChangeBatch batch = new ChangeBatch(changes, decoded, taken);
    while (!room.tryAcquire(taken, STATUS_MILLIS, TimeUnit.MILLISECONDS)) {
      if (closed) {
        return;
      }
      session.sendStatus();
    }
    while (!queue.offer(batch, STATUS_MILLIS, TimeUnit.MILLISECONDS)) {
      if (closed) {
        return;
      }
      session.sendStatus();
    }
    changes = new ArrayList<>();
    bytes = 0;
  }

  private static DuplexException failure(SQLException e) {
    if (SqlFailure.isTransient(e)) {
      return new RetryException(
          Reason.PRODUCER_SILENT, "primary: the log cannot be read: " + SqlFailure.line(e), e);
    }
    return new HaltException(
        Reason.CAPTURE_LOST, "primary: the log cannot be read: " + SqlFailure.line(e), e);
  }

  /** Ends the thread and gives the slot up. Waits at most 5 s. */
  @Override
  public void close() {
    closed = true;
    session.close();
    try {
      thread.join(CLOSE_LIMIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
