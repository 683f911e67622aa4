package dev.duplex.producer.link;

import dev.duplex.producer.datasource.CommitLevel;

/**
 * How far everything before one position of the primary's log has got. Asked at every change of the
 * link's positions, by whoever holds the lock of {@link LinkTracker}.
 */
final class CommitProgress {
  private static final long NOT_PUBLISHED = -1;

  private final long position;
  private long lastPublished = NOT_PUBLISHED;
  private CommitLevel level = CommitLevel.LOCAL;

  CommitProgress(long position) {
    this.position = position;
  }

  long position() {
    return position;
  }

  /** As of the last {@link #update}. */
  CommitLevel level() {
    return level;
  }

  /** Whether the level has changed. */
  boolean update(Positions now) {
    CommitLevel before = level;
    if (level == CommitLevel.LOCAL && now.decoded() >= position) {
      // The position is that of no transaction: the last one published by now is at or behind it.
      lastPublished = now.published();
      level = CommitLevel.PUBLISHED;
    }
    if (level == CommitLevel.PUBLISHED && now.applied() >= lastPublished) {
      level = CommitLevel.APPLIED;
    }
    return level != before;
  }

  /** Positions so far mean nothing any more, only what comes from now on. */
  void restart() {
    if (level != CommitLevel.APPLIED) {
      level = CommitLevel.LOCAL;
      lastPublished = NOT_PUBLISHED;
    }
  }
}
