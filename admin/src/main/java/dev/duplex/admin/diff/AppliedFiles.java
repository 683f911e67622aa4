package dev.duplex.admin.diff;

import dev.duplex.database.target.AppliedTotals;
import dev.duplex.database.target.Checkpoint;
import org.jspecify.annotations.Nullable;

/**
 * What became of diff files that were applied, as far as that went.
 *
 * @param before how far the secondary was; null if that was not found out
 * @param after how far it is
 * @param read what was read of the files
 */
public record AppliedFiles(
    @Nullable Checkpoint before, @Nullable Checkpoint after, DiffFileCounts read) {
  private static final AppliedTotals NOTHING = new AppliedTotals(0, 0, 0);

  /** What was applied of them. */
  public AppliedTotals applied() {
    return before == null || after == null
        ? NOTHING
        : after
            .totals()
            .plus(
                -before.totals().transactions(),
                -before.totals().changes(),
                -before.totals().mismatches());
  }
}
