package dev.duplex.schemas.status;

import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the topic tells of recent incidents; of a limited number of them. Not thread-safe. */
public final class Incidents {
  private static final int REMEMBERED = 1_000;

  private final Map<String, Incident> incidents = new LinkedHashMap<>();

  /** Takes an event in; false if it is a repeat. */
  public boolean take(StatusEvent event) {
    Incident incident = incidents.get(event.getIncident());
    if (incident == null) {
      forgetOldest();
      incident = new Incident();
      incidents.put(event.getIncident(), incident);
    }
    return incident.take(event);
  }

  private void forgetOldest() {
    if (incidents.size() < REMEMBERED) {
      return;
    }
    String oldest =
        incidents.entrySet().stream()
            .filter(entry -> !entry.getValue().isOpen())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseGet(() -> incidents.keySet().iterator().next());
    incidents.remove(oldest);
  }

  /** The last event of the owner of each incident that is open, oldest incident first. */
  public List<StatusEvent> open() {
    return incidents.values().stream().map(Incident::last).filter(Objects::nonNull).toList();
  }

  /** The last event of an incident's owner; null if it is not open, or not known. */
  public @Nullable StatusEvent last(String incident) {
    Incident found = incidents.get(incident);
    return found == null ? null : found.last();
  }

  /** Whether an IN_SYNC ends its incident, which is open. */
  public boolean isEndedBy(StatusEvent inSync) {
    Incident found = incidents.get(inSync.getIncident());
    return found != null && found.isOpen() && found.ends(inSync);
  }

  /** The greatest number of an observer in an incident; 0 if there is none. */
  public int sequence(String incident, Observer observer) {
    Incident found = incidents.get(incident);
    return found == null ? 0 : found.sequence(observer);
  }

  /** Whether exactly this event is on the topic. */
  public boolean has(StatusEvent event) {
    Incident found = incidents.get(event.getIncident());
    return found != null && found.has(event);
  }
}
