package dev.duplex.status.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** A state as one gauge for each value that it can have: 1 for the one that it has, else 0. */
public final class StateGauges {
  private StateGauges() {}

  /**
   * Adds them; the label is called {@code state}.
   *
   * @param now gives the state at any time, on any thread
   */
  public static <E extends Enum<E>> List<Meter> register(
      MeterRegistry registry,
      String name,
      String description,
      Tags tags,
      Class<E> type,
      Supplier<E> now) {
    return Arrays.stream(type.getEnumConstants())
        .map(
            state ->
                (Meter)
                    Gauge.builder(name, () -> now.get() == state ? 1 : 0)
                        .description(description)
                        .tags(tags.and("state", state.name().toLowerCase(Locale.ROOT)))
                        .register(registry))
        .toList();
  }
}
