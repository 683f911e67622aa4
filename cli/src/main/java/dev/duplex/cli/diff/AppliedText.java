package dev.duplex.cli.diff;

import dev.duplex.admin.diff.AppliedFiles;
import dev.duplex.admin.diff.DiffFileCounts;
import dev.duplex.database.target.AppliedTotals;
import dev.duplex.database.target.Checkpoint;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of diff files, in words and in JSON. */
final class AppliedText {
  private AppliedText() {}

  static String line(String link, AppliedFiles files) {
    DiffFileCounts counts = files.read();
    if (counts.isEmpty()) {
      return "no diff files: nothing to apply";
    }
    AppliedTotals applied = files.applied();
    return String.format(
        Locale.ROOT,
        "%s: %,d transactions, %,d changes applied; %,d transactions, %,d changes skipped, which"
            + " the secondary had; it is at %s now%s",
        link,
        applied.transactions(),
        applied.changes(),
        counts.skippedTransactions(),
        counts.skippedChanges(),
        position(files.after()),
        applied.mismatches() == 0
            ? ""
            : String.format(
                Locale.ROOT, "; %,d rows differed and are healed", applied.mismatches()));
  }

  static Map<String, Object> asMap(String link, AppliedFiles files) {
    DiffFileCounts counts = files.read();
    AppliedTotals applied = files.applied();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", link);
    map.put("firstPosition", counts.isEmpty() ? null : DiffText.position(counts.firstPosition()));
    map.put("lastPosition", counts.isEmpty() ? null : DiffText.position(counts.lastPosition()));
    map.put("secondaryBefore", position(files.before()));
    map.put("secondaryNow", position(files.after()));
    map.put("transactionsApplied", applied.transactions());
    map.put("changesApplied", applied.changes());
    map.put("transactionsSkipped", counts.skippedTransactions());
    map.put("changesSkipped", counts.skippedChanges());
    map.put("mismatches", applied.mismatches());
    return map;
  }

  private static @Nullable String position(@Nullable Checkpoint checkpoint) {
    return checkpoint == null ? null : DiffText.position(checkpoint.position());
  }
}
