package dev.duplex.producer.relay;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.schemas.Link;
import java.time.Duration;

/**
 * What the parts of one relay share.
 *
 * @param wake lets the relay's next step come at once; any thread
 */
record RelaySetting(
    Link link,
    DuplexConfig config,
    RelayParts parts,
    KafkaSettings kafka,
    RelayHealth health,
    Runnable wake) {
  private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(5);
  private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(1);
  // What is left of diverged-after for reporting it.
  private static final Duration REPORTING = Duration.ofMillis(1_500);

  /** How long to wait for Kafka before changes are spooled: a divergence must be told in time. */
  Duration patience() {
    Duration rest = config.status().divergedAfter().minus(REPORTING);
    if (rest.compareTo(SHORTEST_PATIENCE) < 0) {
      return SHORTEST_PATIENCE;
    }
    return rest.compareTo(LONGEST_PATIENCE) > 0 ? LONGEST_PATIENCE : rest;
  }
}
