package dev.duplex.schemas.status;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One incident as the topic tells it: what was seen of each observer, and whether it is open. The
 * rules are those of docs/formats/status.md. Not thread-safe.
 */
final class Incident {
  private static final int REMEMBERED = 64;

  private final Map<Observer, TreeMap<Integer, StatusEvent>> seen = new EnumMap<>(Observer.class);
  private @Nullable Observer owner;
  private @Nullable StatusEvent last;
  private boolean open;

  /** Takes an event in; false if it is a repeat. */
  boolean take(StatusEvent event) {
    if (event.getSequence() <= sequence(event.getObserver())) {
      return false;
    }
    if (event.getState() == LinkState.IN_SYNC) {
      open = open && !ends(event);
    } else if (owner == null || owner == event.getObserver()) {
      owner = event.getObserver();
      last = event;
      open = true;
    }
    TreeMap<Integer, StatusEvent> events =
        seen.computeIfAbsent(event.getObserver(), o -> new TreeMap<>());
    events.put(event.getSequence(), event);
    if (events.size() > REMEMBERED) {
      events.pollFirstEntry();
    }
    return true;
  }

  /** Whether an IN_SYNC ends it. */
  boolean ends(StatusEvent inSync) {
    if (inSync.getObserver() == owner) {
      return true;
    }
    StatusEvent answered = last;
    if (answered == null || !answered.getDrained()) {
      return false; // it crossed another divergence
    }
    Long wanted = answered.getLastPosition();
    Long reached = inSync.getLastPosition();
    return wanted == null || (reached != null && reached >= wanted);
  }

  boolean isOpen() {
    return open;
  }

  /** Its owner's last event while it is open. */
  @Nullable StatusEvent last() {
    return open ? last : null;
  }

  /** The greatest number of an observer; 0 if there is none. */
  int sequence(Observer observer) {
    TreeMap<Integer, StatusEvent> events = seen.get(observer);
    return events == null ? 0 : events.lastKey();
  }

  /** Whether exactly this event is on the topic. */
  boolean has(StatusEvent event) {
    TreeMap<Integer, StatusEvent> events = seen.get(event.getObserver());
    return events != null && event.equals(events.get(event.getSequence()));
  }
}
