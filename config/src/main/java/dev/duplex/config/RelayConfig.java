package dev.duplex.config;

import java.util.Optional;

/**
 * The relay, which publishes the primary's transactions.
 *
 * @param mode where it runs
 * @param maxTransaction above this a transaction is cut into several Kafka transactions
 */
public record RelayConfig(Mode mode, BatchLimit maxTransaction) {
  private static final BatchLimit DEFAULT_LIMIT = new BatchLimit(100_000, 32L << 20);

  /** Where the relay runs. */
  public enum Mode {
    /** In the application that uses the library. */
    EMBEDDED,
    /** In a process of its own, {@code duplex producer}. */
    EXTERNAL
  }

  /** Reads {@code relay: external} as well as {@code relay: { mode: external, ... }}. */
  static Optional<RelayConfig> read(Section root) {
    if (root.holdsValue("relay")) {
      return Optional.of(new RelayConfig(mode(root, "relay"), DEFAULT_LIMIT));
    }
    return root.section(
        "relay",
        section -> {
          Mode mode = mode(section, "mode");
          return section
              .section("max-transaction", limit -> BatchLimit.read(limit, DEFAULT_LIMIT))
              .map(limit -> new RelayConfig(mode, limit));
        });
  }

  private static Mode mode(Section section, String key) {
    return section.value(key, Mode.EMBEDDED, text -> Scalars.oneOf(Mode.class, text));
  }
}
