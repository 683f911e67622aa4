package dev.duplex.producer.link;

import dev.duplex.producer.datasource.CommitLevel;
import org.jspecify.annotations.Nullable;

/**
 * Up to where commits returned that had not reached the level they were to reach.
 *
 * <p>Guarded by the lock of {@link LinkTracker}.
 */
final class Unprotected {
  private CommitLevel wanted;
  private @Nullable CommitProgress last;
  private boolean unknown;

  /**
   * Begins.
   *
   * @param leftBehind whether there were some in an earlier run, nobody knows where
   * @param level what they probably were to reach
   */
  Unprotected(boolean leftBehind, CommitLevel level) {
    this.unknown = leftBehind;
    this.wanted = level == CommitLevel.LOCAL ? CommitLevel.PUBLISHED : level;
  }

  void add(CommitLevel requested, long position) {
    want(requested);
    unknown = false; // wherever the others are, they are before this one
    CommitProgress known = last;
    if (known == null || known.position() < position) {
      last = new CommitProgress(position);
    }
  }

  /** Such a commit whose position is not known. */
  void addUnknown(CommitLevel requested) {
    want(requested);
    unknown = true;
  }

  /** A later commit: those with unknown positions are before it. */
  void locate(long position) {
    if (unknown) {
      add(wanted, position);
    }
  }

  void update(Positions positions) {
    if (last != null) {
      boolean unused = last.update(positions);
    }
  }

  void restart() {
    if (last != null) {
      last.restart();
    }
  }

  /** Whether all of them have reached their level by now. */
  boolean isSettled() {
    return !unknown && (last == null || last.level().compareTo(wanted) >= 0);
  }

  /** What they are to reach. */
  CommitLevel level() {
    return wanted;
  }

  private void want(CommitLevel requested) {
    wanted = isSettled() || requested.compareTo(wanted) > 0 ? requested : wanted;
  }
}
