package dev.duplex.producer.datasource;

import dev.duplex.config.CommitMode;

/** How far a committed transaction has got; each level includes those before it. */
public enum CommitLevel {
  /** It is committed on the primary. */
  LOCAL,
  /** All in-sync replicas of the broker have it. */
  PUBLISHED,
  /** The secondary has committed it, durably. */
  APPLIED;

  /** The level that a commit waits for in a mode. */
  public static CommitLevel of(CommitMode mode) {
    return switch (mode) {
      case ASYNC -> LOCAL;
      case PUBLISHED -> PUBLISHED;
      case APPLIED -> APPLIED;
    };
  }
}
