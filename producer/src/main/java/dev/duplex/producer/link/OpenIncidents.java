package dev.duplex.producer.link;

import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.Reason.Blocks;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.judge.Finding;
import dev.duplex.schemas.judge.Judge;
import dev.duplex.schemas.judge.LinkTransitions;
import dev.duplex.schemas.judge.Severity;
import dev.duplex.schemas.status.Incidents;
import dev.duplex.schemas.time.Time;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open incidents of a link: those that relay, applier and monitor report, and what this
 * instance sees by itself. An incident of its own gives way to a reported one with the same reason.
 *
 * <p>Guarded by the lock of {@link LinkTracker}.
 */
final class OpenIncidents {
  private static final String NOT_SAID = "UNKNOWN"; // a side has halted without saying why

  private final String link;
  private final String instance;
  private final Time time;
  private final Consumer<StatusEvent> reporting;
  private final Incidents reported = new Incidents();
  private final Map<String, StatusEvent> open = new LinkedHashMap<>();
  private final Map<LocalIncident, String> locals = new EnumMap<>(LocalIncident.class);

  /**
   * None is open yet.
   *
   * @param reporting receives what listeners are to receive, once; must not block
   */
  OpenIncidents(String link, String instance, Time time, Consumer<StatusEvent> reporting) {
    this.link = link;
    this.instance = instance;
    this.time = time;
    this.reporting = reporting;
  }

  Collection<StatusEvent> open() {
    return List.copyOf(open.values());
  }

  /** Takes a reported event; repeats are dropped. */
  void add(StatusEvent event) {
    String incident = event.getIncident();
    StatusEvent known = reported.last(incident);
    if (!reported.take(event)) {
      return;
    }
    StatusEvent now = reported.last(incident);
    if (now == null) {
      open.remove(incident);
      if (known != null && !isOpen(event.getReason())) {
        reporting.accept(event);
      }
    } else if (now.equals(event)) {
      take(event, giveWay(event.getReason()));
    }
  }

  /** This instance sees something that it may have seen before. */
  void observe(LocalIncident local, Finding finding) {
    String incident = locals.get(local);
    StatusEvent known = incident == null ? null : open.get(incident);
    LinkState state = finding.state();
    String reason = finding.reason().map(Reason::name).orElse(NOT_SAID);
    if (known == null && isReported(reason)) {
      return;
    }
    if (known != null && known.getState() == state && known.getReason().equals(reason)) {
      return;
    }
    String id =
        incident == null ? "local-" + UUID.randomUUID().toString().substring(0, 13) : incident;
    locals.put(local, id);
    take(event(id, known, state, reason, finding.detail()), false);
  }

  /** This instance does not see it any more. */
  void resolve(LocalIncident local) {
    String incident = locals.remove(local);
    StatusEvent known = incident == null ? null : open.get(incident);
    if (incident != null && known != null) {
      take(event(incident, known, LinkState.IN_SYNC, known.getReason(), "it is over"), false);
    }
  }

  boolean isOpen(LocalIncident local) {
    return locals.containsKey(local);
  }

  /** The incident because of which waiting for a level is in vain; null if there is none. */
  @Nullable StatusEvent against(CommitLevel level, boolean publishing) {
    for (StatusEvent event : open.values()) {
      Blocks least = level == CommitLevel.PUBLISHED ? Blocks.PUBLISHING : Blocks.APPLYING;
      if (blocks(event, publishing).compareTo(least) >= 0) {
        return event;
      }
    }
    return null;
  }

  /** Those that somebody has reported, oldest first. */
  List<StatusEvent> reported() {
    return open.values().stream().filter(event -> !isOwn(event)).toList();
  }

  /** What this instance sees by itself. */
  List<Finding> seen() {
    return open.values().stream()
        .filter(this::isOwn)
        .map(
            event ->
                new Finding(event.getState(), Reason.of(event.getReason()), "", event.getDetail()))
        .toList();
  }

  private void take(StatusEvent event, boolean joined) {
    StatusEvent known =
        event.getState() == LinkState.IN_SYNC
            ? open.remove(event.getIncident())
            : open.put(event.getIncident(), event);
    if (!joined && isNews(known, event) && !isOpenElsewhere(event)) {
      reporting.accept(event);
    }
  }

  private static boolean isNews(@Nullable StatusEvent known, StatusEvent event) {
    if (known == null) {
      return event.getState() != LinkState.IN_SYNC;
    }
    return switch (event.getState()) {
      case IN_SYNC -> true;
      case RECOVERING -> false;
      case DIVERGED, HALTED ->
          known.getState() != event.getState() || !known.getReason().equals(event.getReason());
    };
  }

  private boolean isReported(String reason) {
    return open.values().stream()
        .anyMatch(event -> !isOwn(event) && event.getReason().equals(reason));
  }

  private boolean isOpen(String reason) {
    return open.values().stream().anyMatch(event -> event.getReason().equals(reason));
  }

  /** The same fact seen twice is reported once, and its end when the last of them ends. */
  private boolean isOpenElsewhere(StatusEvent event) {
    return open.values().stream()
        .anyMatch(
            other ->
                !other.getIncident().equals(event.getIncident())
                    && other.getReason().equals(event.getReason())
                    && Severity.of(other.getState()) >= Severity.of(event.getState()));
  }

  /** Whether own ones of that reason were open; they go on as what is reported. */
  private boolean giveWay(String reason) {
    boolean any = false;
    for (Map.Entry<LocalIncident, String> local : Map.copyOf(locals).entrySet()) {
      StatusEvent own = open.get(local.getValue());
      if (own != null && own.getReason().equals(reason)) {
        open.remove(local.getValue());
        locals.remove(local.getKey());
        any = true;
      }
    }
    return any;
  }

  private boolean isOwn(StatusEvent event) {
    return local(event) != null;
  }

  private @Nullable LocalIncident local(StatusEvent event) {
    for (Map.Entry<LocalIncident, String> local : locals.entrySet()) {
      if (local.getValue().equals(event.getIncident())) {
        return local.getKey();
      }
    }
    return null;
  }

  private Blocks blocks(StatusEvent event, boolean publishing) {
    LocalIncident local = local(event);
    if (local == null) {
      return Judge.blocks(event);
    }
    // The relay in this process reaches it.
    return local == LocalIncident.UNREACHABLE && publishing ? Blocks.APPLYING : local.blocks();
  }

  private StatusEvent event(
      String incident, @Nullable StatusEvent known, LinkState state, String reason, String detail) {
    LinkState before = known == null ? LinkState.IN_SYNC : known.getState();
    return StatusEvent.newBuilder()
        .setLink(link)
        .setIncident(incident)
        .setObserver(Observer.MONITOR)
        .setSequence(known == null ? 1 : known.getSequence() + 1)
        .setInstance(instance)
        .setState(LinkTransitions.require(Observer.MONITOR, before, state))
        .setPreviousState(before)
        .setReason(reason)
        .setTimeMicros(time.micros())
        .setDetail(detail)
        .build();
  }
}
