package dev.duplex.cli.diff;

import dev.duplex.producer.spool.Damage;
import dev.duplex.producer.spool.DiffFileSummary;
import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.schemas.Position;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Diff files in words and in JSON. */
final class DiffText {
  private DiffText() {}

  static String line(DiffFileSummary file) {
    return String.format(
        Locale.ROOT,
        "%s  %,d bytes  %s to %s  %s transactions, %s changes  from %s  %s",
        file.path().getFileName(),
        file.bytes(),
        Position.format(file.firstPosition()),
        file.lastPosition() == null ? "?" : Position.format(file.lastPosition()),
        count(file.transactions()),
        count(file.changes()),
        time(file.oldestCommitMicros()),
        String.join(", ", file.tables()));
  }

  private static String count(@Nullable Long count) {
    return count == null ? "?" : String.format(Locale.ROOT, "%,d", count);
  }

  static Map<String, Object> asMap(DiffFileSummary file) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("file", file.path().toString());
    map.put("link", file.link());
    map.put("systemId", file.identity().systemId());
    map.put("timeline", file.identity().timeline());
    map.put("bytes", file.bytes());
    map.put("firstPosition", Position.format(file.firstPosition()));
    map.put("lastPosition", position(file.lastPosition()));
    map.put("previousPosition", position(file.previousPosition()));
    map.put("transactions", file.transactions());
    map.put("changes", file.changes());
    map.put("oldestCommit", time(file.oldestCommitMicros()));
    map.put("tables", file.tables());
    return map;
  }

  static String verdict(DiffFiles.Verification found) {
    return String.format(
        Locale.ROOT,
        "%s: %,d transactions, %,d changes can be read",
        found.damages().isEmpty() ? "sound" : "damaged",
        found.transactions(),
        found.changes());
  }

  static Map<String, Object> asMap(DiffFiles.Verification found) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("sound", found.damages().isEmpty());
    map.put("transactions", found.transactions());
    map.put("changes", found.changes());
    map.put("damages", found.damages().stream().map(DiffText::asMap).toList());
    return map;
  }

  private static Map<String, Object> asMap(Damage damage) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("file", damage.file());
    map.put("offset", damage.offset());
    map.put("what", damage.what());
    map.put("after", position(damage.after()));
    map.put("from", position(damage.from()));
    map.put("upTo", position(damage.upTo()));
    return map;
  }

  static @Nullable String position(@Nullable Long position) {
    return position == null ? null : Position.format(position);
  }

  /** A time of the primary's clock, in UTC. */
  static String time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
