package dev.duplex.status.topology;

import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.status.Incidents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The events of one link that are kept: numbered, without repeats, of a limited number of
 * incidents. Owned by one thread.
 */
final class EventIndex {
  static final int INCIDENTS_KEPT = 100;
  static final int EVENTS_OF_INCIDENT = 64;
  static final int EVENTS_KEPT = 500;

  private final Incidents incidents = new Incidents();
  // In the order in which the incidents began.
  private final Map<String, TreeSet<Long>> numbers = new LinkedHashMap<>();
  private int kept;
  private long next;

  /** The number under which the event is to be stored; empty if it is a repeat. */
  OptionalLong take(StatusEvent event) {
    if (!incidents.take(event)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(add(event, next));
  }

  /** An event that is stored; to be called in the order of the numbers. */
  void restore(long number, StatusEvent event) {
    incidents.take(event);
    add(event, number);
  }

  /** A number that is not to be used again. */
  void skip(long number) {
    next = Math.max(next, number + 1);
  }

  private long add(StatusEvent event, long number) {
    numbers.computeIfAbsent(event.getIncident(), any -> new TreeSet<>()).add(number);
    kept++;
    skip(number);
    return number;
  }

  /** The numbers of the events that are to be forgotten now. */
  List<Long> takeSurplus() {
    List<Long> surplus = new ArrayList<>();
    for (TreeSet<Long> ofIncident : numbers.values()) {
      while (ofIncident.size() > EVENTS_OF_INCIDENT) {
        // The first one tells whose incident it is and when it began.
        Long second = ofIncident.higher(ofIncident.first());
        ofIncident.remove(second);
        surplus.add(second);
        kept--;
      }
    }
    while (numbers.size() > INCIDENTS_KEPT || kept > EVENTS_KEPT) {
      String oldest = oldest();
      List<Long> forgotten = List.copyOf(numbers.getOrDefault(oldest, new TreeSet<>()));
      numbers.remove(oldest);
      kept -= forgotten.size();
      surplus.addAll(forgotten);
    }
    return surplus;
  }

  private String oldest() {
    return numbers.keySet().stream()
        .filter(incident -> !isOpen(incident))
        .findFirst()
        .orElseGet(() -> numbers.keySet().iterator().next());
  }

  boolean isOpen(String incident) {
    return incidents.last(incident) != null;
  }

  /** The numbers of all events. */
  List<Long> all() {
    return numbers.values().stream().flatMap(TreeSet::stream).toList();
  }
}
