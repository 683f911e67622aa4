package dev.duplex.consumer.source;

import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.control.ControlRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where changes come from, in the primary's commit order, decoded and one at a time: after {@link
 * #next} has said true, the other methods tell about that record. Records have offsets that grow.
 *
 * <p>Owned by one thread.
 */
public interface ChangeSource extends AutoCloseable {
  /**
   * Whether this is the changes topic: its offsets are stored with what is applied, and more may
   * come behind its end. The offsets of anything else are its own and begin with 0, and its end is
   * the end.
   */
  boolean isTopic();

  /** A sentence that says what to do if something is missing in it. */
  String remedy();

  /**
   * Whether it is known to be what the secondary follows; false if that is not known yet.
   *
   * @throws dev.duplex.schemas.failure.HaltException if it is not
   */
  boolean isReady();

  /**
   * Goes to an offset; {@link #next} gives the first record at or behind it.
   *
   * @param applied up to this position the secondary has everything that lies before the offset
   */
  void seek(long offset, long applied);

  /**
   * Moves to the next record.
   *
   * @param wait how long at most, if none is at hand; zero takes only what has arrived
   * @return false if there is none that could be decoded now
   * @throws dev.duplex.schemas.failure.HaltException if what lies there is lost, damaged or foreign
   * @throws dev.duplex.schemas.failure.RetryException if it cannot be read for now
   */
  boolean next(Duration wait) throws InterruptedException;

  /**
   * After {@link #next} has said false though it did not wait: how many nanoseconds may pass before
   * it is asked again. 0 if it has waited, or if only the caller's patience ended it.
   */
  default long pauseNanos() {
    return 0;
  }

  /** Whether the last look has shown that nothing more is there. */
  boolean isAtEnd();

  /** The record's offset. */
  long offset();

  /** The offset to go on from if everything up to here is applied. */
  long resumeOffset();

  /** The format of the row, if the record is a change. */
  @Nullable RowFormat rowFormat();

  /** The change that the record is; the object is filled again by the next record. */
  Change change();

  /**
   * The control record that the record is, if it is no change.
   *
   * @throws dev.duplex.schemas.failure.HaltException if it is of a kind that nobody here knows
   */
  ControlRecord control();

  /** Takes at most some seconds. */
  @Override
  void close();
}
