package dev.duplex.bench;

import dev.duplex.bench.Figures.Measure;
import dev.duplex.bench.Figures.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Figures as a table in Markdown, which is readable in a terminal, too. */
final class Report {
  private static final List<Contender> COLUMNS =
      List.of(
          Contender.NONE,
          Contender.NATIVE,
          Contender.POOL,
          Contender.DUPLEX,
          Contender.DUPLEX_FROM_KAFKA);
  private static final double WHOLE_NUMBERS_FROM = 100;

  private Report() {}

  static List<String> table(Figures figures) {
    List<Contender> contenders =
        COLUMNS.stream()
            .filter(
                contender ->
                    figures.measures().stream()
                        .anyMatch(measure -> figures.summary(measure, contender).isPresent()))
            .toList();
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder("| what | unit |");
    StringBuilder rule = new StringBuilder("|---|---|");
    for (Contender contender : contenders) {
      head.append(' ').append(contender.title()).append(" |");
      rule.append("---:|");
    }
    lines.add(head.append(" Duplex : other |").toString());
    lines.add(rule.append("---:|").toString());
    for (Measure measure : figures.measures()) {
      StringBuilder line = new StringBuilder("| ").append(measure.name()).append(" | ");
      line.append(measure.unit()).append(" |");
      for (Contender contender : contenders) {
        line.append(' ').append(cell(figures.summary(measure, contender))).append(" |");
      }
      lines.add(line.append(' ').append(ratio(figures, measure)).append(" |").toString());
    }
    return lines;
  }

  private static String cell(Optional<Summary> summary) {
    return summary
        .map(
            found ->
                found.lowest() == found.highest()
                    ? number(found.median())
                    : "%s (%s to %s)"
                        .formatted(
                            number(found.median()),
                            number(found.lowest()),
                            number(found.highest())))
        .orElse("");
  }

  private static String ratio(Figures figures, Measure measure) {
    return figures
        .ratio(measure, Contender.DUPLEX)
        .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
        .orElse("");
  }

  private static String number(double value) {
    String format = value >= WHOLE_NUMBERS_FROM ? "%,.0f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
