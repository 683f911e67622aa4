package dev.duplex.producer.link;

import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.status.Incidents;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  void see(LocalIncident sight, LinkState state, Reason reason, String detail) {
    String incident = sights.get(sight);
    StatusEvent known = incident == null ? null : open.get(incident);
    if (known == null && isReported(reason)) {
      return;
    }
    if (known != null && known.getState() == state && known.getReason().equals(reason.name())) {
      return;
    }
    String id =
        incident == null ? "local-" + UUID.randomUUID().toString().substring(0, 13) : incident;
    sights.put(sight, id);
    take(event(id, known, state, reason.name(), detail), false);
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
      if (level == CommitLevel.PUBLISHED
          ? touchesPublishing(event, publishing)
          : touchesApplying(event)) {
        return event;
      }
    }
    return null;
  }

  /** The worst that is open; null if nothing is. */
  @Nullable StatusEvent worst() {
    StatusEvent worst = null;
    for (StatusEvent event : open.values()) {
      if (worst == null || severity(event.getState()) > severity(worst.getState())) {
        worst = event;
      }
    }
    return worst;
  }

  /** The reason as one of ours, unless it is newer than this version. */
  static Optional<Reason> reason(StatusEvent event) {
    return Arrays.stream(Reason.values())
        .filter(reason -> reason.name().equals(event.getReason()))
        .findFirst();
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

  private boolean isReported(Reason reason) {
    return open.values().stream()
        .anyMatch(event -> !isOwn(event) && event.getReason().equals(reason.name()));
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
                    && severity(other.getState()) >= severity(event.getState()));
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

  private boolean touchesPublishing(StatusEvent event, boolean publishing) {
    LocalIncident sight = sight(event);
    if (sight != null) {
      return switch (sight) {
        case PRODUCER_SILENT, PRODUCER_STATE, UNPUBLISHED -> true;
        case CONSUMER_SILENT, CONSUMER_STATE, UNAPPLIED -> false;
        case UNREACHABLE -> !publishing; // the relay in this process reaches it
      };
    }
    if (isHarmless(event)) {
      return false;
    }
    return switch (event.getObserver()) {
      case PRODUCER -> !(event.getState() == LinkState.RECOVERING && event.getDrained());
      case CONSUMER -> false;
      case MONITOR ->
          switch (reason(event).orElse(Reason.PRODUCER_SILENT)) {
            case SECONDARY_BEHIND, SECONDARY_DOWN, APPLY_FAILED, CONSUMER_SILENT -> false;
            default -> true;
          };
    };
  }

  private static boolean touchesApplying(StatusEvent event) {
    return !isHarmless(event);
  }

  /** What goes on while it is reported: a row that was healed, a table left out, a new holder. */
  private static boolean isHarmless(StatusEvent event) {
    return event.getState() != LinkState.HALTED
        && switch (reason(event).orElse(Reason.GAP)) {
          case ROW_MISMATCH, TABLE_NOT_REPLICATED, FENCED -> true;
          default -> false;
        };
  }

  private static int severity(LinkState state) {
    return switch (state) {
      case IN_SYNC -> 0;
      case RECOVERING -> 1;
      case DIVERGED -> 2;
      case HALTED -> 3;
    };
  }

  private StatusEvent event(
      String incident, @Nullable StatusEvent known, LinkState state, String reason, String detail) {
    return StatusEvent.newBuilder()
        .setLink(link)
        .setIncident(incident)
        .setObserver(Observer.MONITOR)
        .setSequence(known == null ? 1 : known.getSequence() + 1)
        .setInstance(instance)
        .setState(state)
        .setPreviousState(known == null ? LinkState.IN_SYNC : known.getState())
        .setReason(reason)
        .setTimeMicros(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
        .setDetail(detail)
        .build();
  }
}
