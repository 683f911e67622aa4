package dev.duplex.cli.status;

import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.producer.spool.SpoolTotals;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.failure.HaltException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this machine's diff files hold.
 *
 * @param totals null if they cannot be read
 * @param damage why not; else null
 */
record LocalSpool(@Nullable SpoolTotals totals, @Nullable String damage) {
  static LocalSpool look(Path directory) {
    try {
      return new LocalSpool(DiffFiles.in(directory).totals(), null);
    } catch (HaltException e) {
      return new LocalSpool(null, e.getMessage());
    }
  }

  /** Whether nothing waits to be published, as far as these files tell. */
  boolean isEmpty() {
    return totals != null && totals.changes() == 0;
  }

  String line() {
    if (totals == null) {
      return "cannot be read: " + damage;
    }
    if (isEmpty()) {
      return "none on this machine";
    }
    return String.format(
        Locale.ROOT,
        "%,d transactions, %,d changes from %s to %s in %,d bytes; the oldest was committed %s",
        totals.transactions(),
        totals.changes(),
        Position.format(totals.firstPosition()),
        Position.format(totals.lastPosition()),
        totals.bytes(),
        time(totals));
  }

  /** For JSON; null if there are no diff files. */
  @Nullable Map<String, Object> asMap() {
    if (isEmpty()) {
      return null;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("damage", damage);
    map.put("firstPosition", totals == null ? null : Position.format(totals.firstPosition()));
    map.put("lastPosition", totals == null ? null : Position.format(totals.lastPosition()));
    map.put("transactions", totals == null ? null : totals.transactions());
    map.put("changes", totals == null ? null : totals.changes());
    map.put("bytes", totals == null ? null : totals.bytes());
    map.put("oldestCommit", totals == null ? null : time(totals));
    return map;
  }

  private static String time(SpoolTotals totals) {
    return Instant.EPOCH.plus(totals.oldestCommitMicros(), ChronoUnit.MICROS).toString();
  }
}
