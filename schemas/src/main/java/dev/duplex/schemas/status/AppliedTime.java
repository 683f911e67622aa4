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

  private record Report(long position, long micros, long receivedNanos) {}

  private final Deque<Report> pending = new ArrayDeque<>();
  private @Nullable Progress relay;
  private long position = Long.MIN_VALUE;
  private long micros;
  private boolean isExact; // not older than the commit at the position

  /**
   * A report of either side.
   *
   * @param receivedNanos when it was received: elapsed time
   */
  public void add(Progress progress, long receivedNanos) {
    if (progress.getRole() == Role.CONSUMER) {
      applied(progress.getPosition(), progress.getDecodedMicros());
      return;
    }
    Progress before = relay;
    if (before != null && !ProgressOrder.sameStart(before, progress)) {
      pending.clear();
      position = Long.MIN_VALUE;
      micros = 0;
      isExact = false;
    }
    relay = progress;
    if (progress.getCutPosition() == null) {
      if (pending.size() == REMEMBERED) {
        // The newer one says more, as soon as it holds.
        pending.removeLast();
      }
      pending.add(new Report(progress.getPosition(), progress.getDecodedMicros(), receivedNanos));
    }
    settle();
  }

  /** Everything up to a position is applied, which was committed at a time of the primary. */
  public void applied(long appliedPosition, long commitMicros) {
    if (appliedPosition != position) {
      position = appliedPosition;
      isExact = commitMicros != 0;
      micros = isExact ? commitMicros : micros; // what was applied then still is
    }
    settle();
  }

  private void settle() {
    while (!pending.isEmpty() && pending.getFirst().position() <= position) {
      Report report = pending.removeFirst();
      if (report.micros() != 0 && (report.position() == position || !isExact)) {
        micros = report.micros(); // later than the commit; that of an earlier position is not
      }
    }
  }

  /** Microseconds since 1970, the primary's clock; 0 if nothing is known. */
  public long micros() {
    return micros;
  }

  /**
   * For how long the relay reported while something that it has published was not applied, by the
   * time that has passed here: no clock can hide it, and an outage of Kafka is not counted. 0 if
   * all is applied.
   */
  public long waitingNanos() {
    return pending.isEmpty()
        ? 0
        : pending.getLast().receivedNanos() - pending.getFirst().receivedNanos();
  }
}
