package dev.duplex.schemas.status;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Up to which time of the primary's clock everything is applied. The commit time of the transaction
 * applied last is too old after a quiet hour; but whatever the relay had decoded when its last
 * position was one that is applied by now, is applied too.
 *
 * <p>Not thread-safe; remembers a limited number of reports.
 */
public final class AppliedTime {
  private static final int REMEMBERED = 4_096;

  private record Report(long position, long micros) {}

  private final Deque<Report> pending = new ArrayDeque<>();
  private long position = Long.MIN_VALUE;
  private long micros;

  /** A report of either side. */
  public void add(Progress progress) {
    if (progress.getRole() == Role.CONSUMER) {
      applied(progress.getPosition(), progress.getDecodedMicros());
      return;
    }
    if (progress.getCutPosition() == null) {
      if (pending.size() == REMEMBERED) {
        // The newer one says more, as soon as it holds.
        pending.removeLast();
      }
      pending.add(new Report(progress.getPosition(), progress.getDecodedMicros()));
    }
    settle();
  }

  /** Everything up to a position is applied, which was committed at a time of the primary. */
  public void applied(long appliedPosition, long commitMicros) {
    position = appliedPosition;
    micros = Math.max(micros, commitMicros);
    settle();
  }

  private void settle() {
    while (!pending.isEmpty() && pending.getFirst().position() <= position) {
      micros = Math.max(micros, pending.removeFirst().micros());
    }
  }

  /** Microseconds since 1970, the primary's clock; 0 if nothing is known. */
  public long micros() {
    return micros;
  }
}
