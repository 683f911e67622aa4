package dev.duplex.status.monitor;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One incident, from divergence to recovery.
 *
 * @param observer whose it is
 * @param worst the worst state in it
 * @param reason of the worst state
 * @param began as its observer says
 * @param ended empty while it is open
 * @param events all that are kept of it, in the order of the topic
 */
public record IncidentReport(
    String incident,
    Observer observer,
    LinkState worst,
    String reason,
    Instant began,
    Optional<Instant> ended,
    List<StatusEvent> events) {
  /** Copies the list. */
  public IncidentReport {
    events = List.copyOf(events);
  }
}
