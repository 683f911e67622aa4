package dev.duplex.producer;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.List;
import java.util.Optional;

/**
 * A link as this instance of the application knows it.
 *
 * @param state the worst of what is open; {@code RECOVERING} without a reason until the link has
 *     first been heard of
 * @param reason why it is not in sync; empty if it is, and for a reason newer than this version
 * @param detail one line for people; empty if there is nothing to say
 * @param openIncidents the newest event of each incident that is not over
 */
public record DuplexStatus(
    LinkState state, Optional<Reason> reason, String detail, List<StatusEvent> openIncidents) {
  /** Copies the list. */
  public DuplexStatus {
    openIncidents = List.copyOf(openIncidents);
  }
}
