package dev.duplex.cli.diff;

import dev.duplex.consumer.HandApplier;
import dev.duplex.database.target.AppliedTotals;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.schemas.Position;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of diff files that were applied, as far as that went.
 *
 * @param before how far the secondary was; null if that was not found out
 * @param after how far it is
 */
record AppliedFiles(
    String link, @Nullable Checkpoint before, @Nullable Checkpoint after, DiffFileCounts counts) {
  private static final AppliedTotals NOTHING = new AppliedTotals(0, 0, 0);

  static AppliedFiles of(String link, HandApplier applier, DiffFileCounts counts) {
    return new AppliedFiles(link, applier.before(), applier.after(), counts);
  }

  /** How many were applied. */
  long transactions() {
    return applied().transactions();
  }

  private AppliedTotals applied() {
    return before == null || after == null
        ? NOTHING
        : after
            .totals()
            .plus(
                -before.totals().transactions(),
                -before.totals().changes(),
                -before.totals().mismatches());
  }

  String line() {
    if (counts.isEmpty()) {
      return "no diff files: nothing to apply";
    }
    AppliedTotals applied = applied();
    return String.format(
        Locale.ROOT,
        "%s: %,d transactions, %,d changes applied; %,d transactions, %,d changes skipped, which the"
            + " secondary had; it is at %s now%s",
        link,
        applied.transactions(),
        applied.changes(),
        counts.skippedTransactions(),
        counts.skippedChanges(),
        position(),
        applied.mismatches() == 0
            ? ""
            : String.format(
                Locale.ROOT, "; %,d rows differed and are healed", applied.mismatches()));
  }

  private @Nullable String position() {
    return after == null ? null : Position.format(after.position());
  }

  Map<String, Object> asMap() {
    AppliedTotals applied = applied();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", link);
    map.put("firstPosition", counts.isEmpty() ? null : Position.format(counts.firstPosition()));
    map.put("lastPosition", counts.isEmpty() ? null : Position.format(counts.lastPosition()));
    map.put("secondaryBefore", before == null ? null : Position.format(before.position()));
    map.put("secondaryNow", position());
    map.put("transactionsApplied", applied.transactions());
    map.put("changesApplied", applied.changes());
    map.put("transactionsSkipped", counts.skippedTransactions());
    map.put("changesSkipped", counts.skippedChanges());
    map.put("mismatches", applied.mismatches());
    return map;
  }
}
