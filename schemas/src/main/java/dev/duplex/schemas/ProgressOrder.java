package dev.duplex.schemas;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import org.jspecify.annotations.Nullable;

/** Which of two progress records says more, and whether they can be compared at all. */
public final class ProgressOrder {
  private ProgressOrder() {}

  /**
   * Whether a record says more than an earlier one of the same role: not if its instance had been
   * replaced before. Only one producer at a time can write, and with another primary its epochs may
   * begin anew.
   */
  public static boolean supersedes(Progress later, @Nullable Progress known) {
    return known == null
        || later.getEpoch() >= known.getEpoch()
        || (later.getRole() == Role.PRODUCER && !sameStart(later, known));
  }

  /** Whether positions and times of both can be compared. */
  public static boolean sameStart(Progress one, Progress other) {
    return one.getTopicId().equals(other.getTopicId())
        && one.getSystemId().equals(other.getSystemId())
        && one.getTimeline() == other.getTimeline();
  }
}
