package dev.duplex.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** All that was measured, in the order of the first measurement. Owned by one thread. */
final class Figures {
  /** Which way is better. */
  enum Better {
    LESS,
    MORE
  }

  /**
   * What is measured.
   *
   * @param unit as it is printed, such as s, ms or tx/s
   */
  record Measure(String name, String unit, Better better) {}

  /** Several measurements of the same thing. */
  record Summary(double median, double lowest, double highest) {
    static Summary of(List<Double> values) {
      List<Double> sorted = values.stream().sorted().toList();
      int middle = sorted.size() / 2;
      double median =
          sorted.size() % 2 == 1
              ? sorted.get(middle)
              : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
      return new Summary(median, sorted.get(0), sorted.get(sorted.size() - 1));
    }
  }

  private final Map<Measure, Map<Contender, List<Double>>> values = new LinkedHashMap<>();
  private final Consumer<String> listener;

  /**
   * @param listener is told each measurement in a line
   */
  Figures(Consumer<String> listener) {
    this.listener = listener;
  }

  void add(Measure measure, Contender contender, double value) {
    values
        .computeIfAbsent(measure, any -> new EnumMap<>(Contender.class))
        .computeIfAbsent(contender, any -> new ArrayList<>())
        .add(value);
    listener.accept(
        String.format(
            Locale.ROOT,
            "  %s, %s: %,.2f %s",
            contender.title(),
            measure.name(),
            value,
            measure.unit()));
  }

  List<Measure> measures() {
    return List.copyOf(values.keySet());
  }

  Optional<Summary> summary(Measure measure, Contender contender) {
    return Optional.ofNullable(values.getOrDefault(measure, Map.of()).get(contender))
        .map(Summary::of);
  }

  /** Duplex's speed as a multiple of the other's: above 1, Duplex is faster. */
  Optional<Double> ratio(Measure measure, Contender duplex) {
    return summary(measure, duplex)
        .flatMap(
            ours ->
                summary(measure, Contender.NATIVE)
                    .or(() -> summary(measure, Contender.POOL))
                    .map(theirs -> ratio(measure, ours.median(), theirs.median())));
  }

  private static double ratio(Measure measure, double ours, double theirs) {
    return switch (measure.better()) {
      case LESS -> theirs / ours;
      case MORE -> ours / theirs;
    };
  }
}
