package dev.duplex.config;

import java.util.Optional;

/**
 * The applier, which writes to the secondary.
 *
 * @param onMismatch what it does when a row of the secondary is not as the primary's log implies
 * @param maxGroup how much it applies in one database transaction; always at least one whole
 *     transaction of the primary
 */
public record ApplyConfig(OnMismatch onMismatch, BatchLimit maxGroup) {
  private static final BatchLimit DEFAULT_LIMIT = new BatchLimit(10_000, 8L << 20);

  /** What to do with a row that is not as it should be. */
  public enum OnMismatch {
    /** Write the row as the primary has it, and report it. */
    HEAL,
    /** Stop and wait for an operator. */
    HALT
  }

  static Optional<ApplyConfig> read(Section section) {
    OnMismatch onMismatch =
        section.value(
            "on-mismatch", OnMismatch.HEAL, text -> Scalars.oneOf(OnMismatch.class, text));
    return section
        .section("max-group", limit -> BatchLimit.read(limit, DEFAULT_LIMIT))
        .map(limit -> new ApplyConfig(onMismatch, limit));
  }
}
