package dev.duplex.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How the link's topics are created.
 *
 * @param replicationFactor copies of each record, at least 1
 * @param retention how long changes and status events are kept
 */
public record TopicsConfig(int replicationFactor, Duration retention) {

  /**
   * Checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public TopicsConfig {
    new Checks()
        .that(
            replicationFactor >= 1 && replicationFactor <= Short.MAX_VALUE,
            "replication-factor",
            "must be at least 1 and is at most the number of brokers; 3 is usual")
        .positive(retention, "retention")
        .done();
  }

  static Optional<TopicsConfig> read(Section section) {
    int replicationFactor = section.value("replication-factor", 3, Scalars::integer);
    Duration retention = section.value("retention", Duration.ofDays(7), Scalars::duration);
    return section.build(() -> new TopicsConfig(replicationFactor, retention));
  }
}
