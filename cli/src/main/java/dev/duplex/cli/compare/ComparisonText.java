package dev.duplex.cli.compare;

import dev.duplex.admin.compare.RowDifference;
import dev.duplex.admin.compare.TableResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results of a comparison in words and for JSON. */
final class ComparisonText {
  private ComparisonText() {}

  static List<String> lines(TableResult result) {
    List<String> lines = new ArrayList<>();
    if (!result.problem().isEmpty()) {
      lines.add(result.table() + ": DIFFERENT: " + result.problem());
      return lines;
    }
    if (result.identical()) {
      lines.add(rows(result.table() + ": identical, %s", result.rowsPrimary()));
      return lines;
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: DIFFERENT: %,d differing, %,d missing, %,d extra (primary %,d rows, secondary"
                + " %,d)",
            result.table(),
            result.differing(),
            result.missing(),
            result.extra(),
            result.rowsPrimary(),
            result.rowsSecondary()));
    result.first().forEach(difference -> lines.add("  " + line(difference)));
    long named = result.first().size();
    long all = result.differing() + result.missing() + result.extra();
    if (all > named) {
      lines.add(String.format(Locale.ROOT, "  and %,d more", all - named));
    }
    return lines;
  }

  static String verdict(List<TableResult> results) {
    long different = results.stream().filter(result -> !result.identical()).count();
    long rows = results.stream().mapToLong(TableResult::rowsPrimary).sum();
    String tables = results.size() == 1 ? "1 table" : results.size() + " tables";
    return different == 0
        ? rows("IDENTICAL: " + tables + ", %s", rows)
        : "DIFFERENT: " + different + " of " + tables;
  }

  static Map<String, Object> asMap(String link, boolean identical, List<TableResult> results) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", link);
    map.put("identical", identical);
    map.put("tables", results.stream().map(ComparisonText::table).toList());
    return map;
  }

  private static Map<String, Object> table(TableResult result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("table", result.table().toString());
    map.put("identical", result.identical());
    map.put("problem", result.problem());
    map.put("rowsPrimary", result.rowsPrimary());
    map.put("rowsSecondary", result.rowsSecondary());
    map.put("differing", result.differing());
    map.put("missing", result.missing());
    map.put("extra", result.extra());
    map.put("first", result.first().stream().map(ComparisonText::difference).toList());
    return map;
  }

  private static Map<String, Object> difference(RowDifference difference) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", difference.kind().name().toLowerCase(Locale.ROOT));
    map.put("key", difference.key());
    map.put(
        "columns",
        difference.columns().stream()
            .map(
                column -> {
                  Map<String, Object> values = new LinkedHashMap<>();
                  values.put("column", column.column());
                  values.put("primary", column.primary());
                  values.put("secondary", column.secondary());
                  return values;
                })
            .toList());
    return map;
  }

  private static String line(RowDifference difference) {
    return switch (difference.kind()) {
      case MISSING -> "row " + difference.key() + " is missing on the secondary";
      case EXTRA -> "row " + difference.key() + " is on the secondary only";
      case DIFFERING ->
          "row "
              + difference.key()
              + " differs: "
              + String.join(
                  "; ",
                  difference.columns().stream()
                      .map(c -> c.column() + " " + c.primary() + " / " + c.secondary())
                      .toList());
    };
  }

  private static String rows(String format, long rows) {
    return String.format(
        Locale.ROOT,
        format,
        String.format(Locale.ROOT, "%,d", rows) + (rows == 1 ? " row" : " rows"));
  }
}
