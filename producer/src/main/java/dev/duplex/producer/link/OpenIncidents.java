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
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
 * instance sees by itself. A sight of its own gives way to a reported incident with the same
 * reason.
 *
 * <p>Guarded by the lock of {@link LinkTracker}.
 */
final class OpenIncidents {
  private static final String NOT_SAID = "UNKNOWN"; // a side has halted without saying why

  private final String link;
  private final String instance;
  private final Clock clock;
  private final Consumer<StatusEvent> facts;
  private final Incidents reported = new Incidents();
  private final Map<String, StatusEvent> open = new LinkedHashMap<>();
  private final Map<LocalIncident, String> sights = new EnumMap<>(LocalIncident.class);

  /**
   * None is open yet.
   *
   * @param facts hears what listeners are to hear, once; must not block
   */
  OpenIncidents(String link, String instance, Clock clock, Consumer<StatusEvent> facts) {
    this.link = link;
    this.instance = instance;
    this.clock = clock;
    this.facts = facts;
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
        facts.accept(event);
      }
    } else if (now.equals(event)) {
      take(event, giveWay(event.getReason()));
    }
  }

  /** This instance sees something that it may have seen before. */
  void see(LocalIncident sight, Finding finding) {
    String incident = sights.get(sight);
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
    sights.put(sight, id);
    take(event(id, known, state, reason, finding.detail()), false);
  }

  /** This instance does not see it any more. */
  void lose(LocalIncident sight) {
    String incident = sights.remove(sight);
    StatusEvent known = incident == null ? null : open.get(incident);
    if (incident != null && known != null) {
      take(event(incident, known, LinkState.IN_SYNC, known.getReason(), "it is over"), false);
    }
  }

  boolean sees(LocalIncident sight) {
    return sights.containsKey(sight);
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
                new Finding(
                    event.getState(), Reason.of(event.getReason()), "", event.getDetail()))
        .toList();
  }

  private void take(StatusEvent event, boolean joined) {
    StatusEvent known =
        event.getState() == LinkState.IN_SYNC
            ? open.remove(event.getIncident())
            : open.put(event.getIncident(), event);
    if (!joined && isNews(known, event) && !isOpenElsewhere(event)) {
      facts.accept(event);
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

  /** The same fact seen twice is told once, and its end when the last of them ends. */
  private boolean isOpenElsewhere(StatusEvent event) {
    return open.values().stream()
        .anyMatch(
            other ->
                !other.getIncident().equals(event.getIncident())
                    && other.getReason().equals(event.getReason())
                    && Severity.of(other.getState()) >= Severity.of(event.getState()));
  }

  /** Whether own sights of that reason were open; they go on as what is reported. */
  private boolean giveWay(String reason) {
    boolean any = false;
    for (Map.Entry<LocalIncident, String> sight : Map.copyOf(sights).entrySet()) {
      StatusEvent own = open.get(sight.getValue());
      if (own != null && own.getReason().equals(reason)) {
        open.remove(sight.getValue());
        sights.remove(sight.getKey());
        any = true;
      }
    }
    return any;
  }

  private boolean isOwn(StatusEvent event) {
    return sight(event) != null;
  }

  private @Nullable LocalIncident sight(StatusEvent event) {
    for (Map.Entry<LocalIncident, String> sight : sights.entrySet()) {
      if (sight.getValue().equals(event.getIncident())) {
        return sight.getKey();
      }
    }
    return null;
  }

  private Blocks blocks(StatusEvent event, boolean publishing) {
    LocalIncident sight = sight(event);
    if (sight == null) {
      return Judge.blocks(event);
    }
    // The relay in this process reaches it.
    return sight == LocalIncident.UNREACHABLE && publishing ? Blocks.APPLYING : sight.blocks();
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
        .setTimeMicros(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
        .setDetail(detail)
        .build();
  }
}
