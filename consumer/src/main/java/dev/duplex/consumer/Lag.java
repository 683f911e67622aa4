package dev.duplex.consumer;

import dev.duplex.database.target.Checkpoint;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.status.AppliedTime;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How far the secondary is behind the primary, by the primary's clock. Owned by one thread. */
final class Lag {
  private final AppliedTime applied = new AppliedTime();
  private @Nullable Progress relay;

  /** A newer report of the relay, heard at a time of {@link dev.duplex.schemas.time.Time#nanos}. */
  void published(Progress report, long nanos) {
    relay = report;
    applied.add(report, nanos);
  }

  /** How far the applier is. */
  void applied(Checkpoint checkpoint) {
    if (newest(checkpoint) != null) {
      applied.applied(checkpoint.position(), checkpoint.last().commitMicros());
    }
  }

  /** The relay's newest report, if positions of both can be compared. */
  @Nullable Progress newest(Checkpoint checkpoint) {
    Progress newest = relay;
    return newest != null
            && newest.getTopicId().equals(checkpoint.topicId())
            && newest.getSystemId().equals(checkpoint.identity().systemId())
            && newest.getTimeline() == checkpoint.identity().timeline()
        ? newest
        : null;
  }

  /** Age of the oldest commit that is not applied, in microseconds; empty if it is not known. */
  OptionalLong ageMicros(Checkpoint checkpoint) {
    Progress newest = newest(checkpoint);
    if (newest == null) {
      return OptionalLong.empty();
    }
    boolean hasAll =
        newest.getPosition() <= checkpoint.position() && newest.getCutPosition() == null;
    if (hasAll) {
      return OptionalLong.of(undecodedMicros(newest));
    }
    if (applied.micros() == 0 || newest.getDecodedMicros() == 0) {
      return OptionalLong.empty();
    }
    long byClock =
        Math.max(0, newest.getDecodedMicros() - applied.micros()) + undecodedMicros(newest);
    return OptionalLong.of(
        Math.max(byClock, TimeUnit.NANOSECONDS.toMicros(applied.waitingNanos())));
  }

  /** How far the relay is behind the primary's log; an older one does not say it. */
  private static long undecodedMicros(Progress relay) {
    return relay.getDecodedMicros() == 0
        ? 0
        : Math.max(0, relay.getPrimaryMicros() - relay.getDecodedMicros());
  }

  /** Commit time before which all is applied, by the primary's clock. */
  long appliedMicros() {
    return applied.micros();
  }
}
