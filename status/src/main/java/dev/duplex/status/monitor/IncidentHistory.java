package dev.duplex.status.monitor;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.judge.Severity;
import dev.duplex.schemas.status.Incidents;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The events of one link that are kept, and the incidents they make. Owned by one thread. */
final class IncidentHistory {
  private final TreeMap<Long, StatusEvent> events = new TreeMap<>();
  private List<IncidentReport> reports = List.of();
  private List<StatusEvent> open = List.of();

  /** Adds an event by its number, which may be known already. */
  void put(long number, StatusEvent event) {
    events.put(number, event);
    rebuild();
  }

  void remove(long number) {
    if (events.remove(number) != null) {
      rebuild();
    }
  }

  private void rebuild() {
    Incidents incidents = new Incidents();
    Map<String, List<StatusEvent>> reported = new LinkedHashMap<>();
    for (StatusEvent event : events.values()) {
      incidents.take(event);
      reported.computeIfAbsent(event.getIncident(), any -> new ArrayList<>()).add(event);
    }
    List<IncidentReport> made = new ArrayList<>();
    reported.forEach((name, of) -> made.add(report(of, incidents.last(name) != null)));
    Collections.reverse(made);
    reports = List.copyOf(made);
    open = incidents.open();
  }

  private static IncidentReport report(List<StatusEvent> events, boolean open) {
    StatusEvent first = events.get(0);
    StatusEvent worst = first;
    StatusEvent last = first;
    for (StatusEvent event : events) {
      if (Severity.of(event.getState()) > Severity.of(worst.getState())) {
        worst = event;
      }
      if (event.getState() == LinkState.IN_SYNC) {
        last = event;
      }
    }
    return new IncidentReport(
        first.getIncident(),
        first.getObserver(),
        worst.getState(),
        worst.getReason(),
        time(first),
        open ? Optional.empty() : Optional.of(time(last)),
        events);
  }

  /** Newest first. */
  List<IncidentReport> reports() {
    return reports;
  }

  /** Of each open incident, the last event of its owner. */
  List<StatusEvent> open() {
    return open;
  }

  /**
   * Since when an open incident says that the link is in a state for a reason; empty if none says
   * so.
   */
  Optional<Instant> since(LinkState state, String reason) {
    for (StatusEvent last : open) {
      if (last.getState() != state || !last.getReason().equals(reason)) {
        continue;
      }
      StatusEvent begin = last;
      for (StatusEvent event : events.descendingMap().values()) {
        if (!event.getIncident().equals(last.getIncident())
            || event.getObserver() != last.getObserver()) {
          continue;
        }
        if (event.getState() != state || !event.getReason().equals(reason)) {
          break;
        }
        begin = event;
      }
      return Optional.of(time(begin));
    }
    return Optional.empty();
  }

  /** When the last incident ended; empty if none has. */
  Optional<Instant> lastEnd() {
    return reports.stream().flatMap(report -> report.ended().stream()).max(Instant::compareTo);
  }

  static Instant time(StatusEvent event) {
    return Instant.EPOCH.plus(event.getTimeMicros(), ChronoUnit.MICROS);
  }
}
