package dev.duplex.kafka.status;

import dev.duplex.schemas.avro.StatusEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events that the broker may not have yet, in order; a limited number. Not thread-safe. */
final class OutboxQueue {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxQueue.class);
  static final int LIMIT = 256;

  private final List<StatusEvent> events = new ArrayList<>();
  private boolean full;

  void add(StatusEvent event) {
    events.add(event);
    if (events.size() > LIMIT) {
      StatusEvent dropped = events.remove(dispensable());
      if (!full) {
        LOG.warn(
            "more than {} status events wait for Kafka: event {} of incident {} and others like it"
                + " are dropped, the first and the last of each incident are kept",
            LIMIT,
            dropped.getSequence(),
            dropped.getIncident());
        full = true;
      }
    }
  }

  /** The oldest one in the middle of its incident; else the oldest, but not what began it all. */
  private int dispensable() {
    for (int i = 1; i < events.size(); i++) {
      String incident = events.get(i).getIncident();
      if (isIn(incident, events.subList(0, i))
          && isIn(incident, events.subList(i + 1, events.size()))) {
        return i;
      }
    }
    return 1;
  }

  private static boolean isIn(String incident, List<StatusEvent> some) {
    return some.stream().anyMatch(event -> event.getIncident().equals(incident));
  }

  @Nullable StatusEvent first() {
    return events.isEmpty() ? null : events.get(0);
  }

  int size() {
    return events.size();
  }

  void remove(StatusEvent event) {
    events.remove(event);
    full = full && !events.isEmpty();
  }

  boolean contains(StatusEvent event) {
    return events.contains(event);
  }

  /** Whether something waits in this incident. */
  boolean has(String incident) {
    return isIn(incident, events);
  }

  /** The greatest number that waits in this incident; 0 if there is none. */
  int sequence(String incident) {
    return events.stream()
        .filter(event -> event.getIncident().equals(incident))
        .mapToInt(StatusEvent::getSequence)
        .max()
        .orElse(0);
  }

  List<StatusEvent> all() {
    return List.copyOf(events);
  }

  List<StatusEvent> takeAll() {
    List<StatusEvent> taken = all();
    events.clear();
    return taken;
  }
}
