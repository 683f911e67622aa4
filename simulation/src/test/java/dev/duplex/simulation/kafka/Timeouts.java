package dev.duplex.simulation.kafka;

import java.time.Duration;
import java.util.Map;

/** Time limits among a client's properties. */
final class Timeouts {
  private Timeouts() {}

  static Duration of(Map<String, Object> properties, String key, long otherwiseMillis) {
    Object value = properties.get(key);
    return Duration.ofMillis(value == null ? otherwiseMillis : Long.parseLong(value.toString()));
  }
}
