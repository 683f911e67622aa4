package dev.duplex.producer.relay;

import dev.duplex.database.source.Moment;
import dev.duplex.schemas.time.Time;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How far the relay is behind the end of the primary's log, by the primary's clock: the primary is
 * asked for its clock and the end of its log every now and then, and once the log is decoded up to
 * there, every commit before that moment is.
 *
 * <p>Owned by the relay's thread.
 */
final class LogEnd {
  private static final long PAGE_BYTES = 8_192;
  private static final long RECORD_BYTES = 256 << 10; // with the most page images that one may have

  private final RelayHead head;
  private final Time time;
  private @Nullable Moment awaited;
  private long decodedThen;
  private long sinceNanos;
  private boolean caughtUp;

  LogEnd(RelayHead head, Time time) {
    this.head = head;
    this.time = time;
  }

  /** The primary was asked just now. */
  void asked(Moment moment) {
    Moment before = awaited;
    if (before != null && isInsideARecord(before)) {
      reached(before);
    }
    if (awaited == null || head.decoded() >= moment.logEnd()) {
      awaited = moment;
      decodedThen = head.decoded();
      sinceNanos = time.nanos();
    }
    head.primaryMicros(moment.micros(), TimeUnit.NANOSECONDS.toMicros(sinceAwaited()));
  }

  /** The head has moved. */
  void moved() {
    Moment moment = awaited;
    if (moment != null && head.decoded() >= moment.logEnd()) {
      reached(moment);
    }
  }

  /** Whether the end was reached that the log had at one of the moments. */
  boolean hasCaughtUp() {
    return caughtUp;
  }

  private void reached(Moment moment) {
    head.decodedMicros(moment.micros());
    awaited = null;
    caughtUp = true;
  }

  /**
   * The primary's WAL writer flushes whole pages, so while a transaction is open the log may end
   * within a record for long; it cannot be decoded, and is no commit. That is taken for granted
   * where nothing else came since the primary was asked before.
   */
  private boolean isInsideARecord(Moment moment) {
    return moment.logEnd() % PAGE_BYTES == 0
        && moment.logEnd() - head.decoded() < RECORD_BYTES
        && head.decoded() == decodedThen;
  }

  private long sinceAwaited() {
    return time.nanos() - sinceNanos;
  }
}
