package dev.duplex.schemas.status;

import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Up to which time of the primary's clock everything is applied. The commit time of the transaction
 * applied last is too old after a quiet hour; but whatever the relay had decoded when its last
 * position was one that is applied by now, is applied too.
 *
 * <p>Times are taken in the order of the log, so that they follow a clock that was set back.
 *
 * <p>Not thread-safe; remembers a limited number of reports.
 */
public final class AppliedTime {
  private static final int REMEMBERED = 4_096;

  private record Report(long position, long micros, long heardNanos) {}

  private final Deque<Report> pending = new ArrayDeque<>();
  private @Nullable Progress relay;
  private long position = Long.MIN_VALUE;
  private long micros;

  /** A report of either side, heard just now. */
  public void add(Progress progress) {
    add(progress, System.nanoTime());
  }

  /** A report of either side, heard at a time of {@link System#nanoTime}. */
  public void add(Progress progress, long heardNanos) {
    if (progress.getRole() == Role.CONSUMER) {
      applied(progress.getPosition(), progress.getDecodedMicros());
      return;
    }
    Progress before = relay;
    if (before != null && !ProgressOrder.sameStart(before, progress)) {
      pending.clear();
      position = Long.MIN_VALUE;
      micros = 0;
    }
    relay = progress;
    if (progress.getCutPosition() == null) {
      if (pending.size() == REMEMBERED) {
        // The newer one says more, as soon as it holds.
        pending.removeLast();
      }
      pending.add(new Report(progress.getPosition(), progress.getDecodedMicros(), heardNanos));
    }
    settle();
  }

  /** Everything up to a position is applied, which was committed at a time of the primary. */
  public void applied(long appliedPosition, long commitMicros) {
    if (appliedPosition != position) {
      position = appliedPosition;
      micros = commitMicros;
    }
    settle();
  }

  private void settle() {
    while (!pending.isEmpty() && pending.getFirst().position() <= position) {
      Report report = pending.removeFirst();
      if (report.position() == position || micros == 0) {
        micros = report.micros(); // later than the commit; that of an earlier position is not
      }
    }
  }

  /** Microseconds since 1970, the primary's clock; 0 if nothing is known. */
  public long micros() {
    return micros;
  }

  /**
   * For how long the relay was heard of while something that it has published was not applied, by
   * the time that has passed here: no clock can hide it, and an outage of Kafka is not counted. 0
   * if all is applied.
   */
  public long waitingNanos() {
    return pending.isEmpty() ? 0 : pending.getLast().heardNanos() - pending.getFirst().heardNanos();
  }
}
