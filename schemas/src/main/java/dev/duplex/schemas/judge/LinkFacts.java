package dev.duplex.schemas.judge;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that an observer knows of a link at one moment.
 *
 * @param producer the side that publishes; without a head if the link was never set up
 * @param consumer the side that applies; without a head if none has ever worked for the link
 * @param appliedMicros a time of the primary's clock before which every commit is applied; 0 if
 *     none is known
 * @param incidents of each incident that is open, the last event of its owner
 * @param findings what the observer sees by itself, and nobody has reported
 * @param divergedAfter how far behind the secondary may be before the link counts as diverged
 */
public record LinkFacts(
    SideFacts producer,
    SideFacts consumer,
    long appliedMicros,
    List<StatusEvent> incidents,
    List<Finding> findings,
    Duration divergedAfter) {
  public LinkFacts {
    incidents = List.copyOf(incidents);
    findings = List.copyOf(findings);
  }

  /** What the topics say. */
  public static LinkFacts ofTopics(
      SideFacts producer,
      SideFacts consumer,
      long appliedMicros,
      List<StatusEvent> incidents,
      Duration divergedAfter) {
    return new LinkFacts(producer, consumer, appliedMicros, incidents, List.of(), divergedAfter);
  }

  /**
   * The same with events that are not on the topic yet. One of an instance that was replaced since
   * says nothing; nor does what would end an incident, before it is on the topic.
   */
  public LinkFacts withWaiting(List<StatusEvent> waiting) {
    Map<String, StatusEvent> last = new LinkedHashMap<>();
    incidents.forEach(event -> last.put(event.getIncident(), event));
    waiting.stream()
        .filter(event -> event.getState() != LinkState.IN_SYNC && !isReplaced(event))
        .forEach(event -> last.put(event.getIncident(), event));
    return new LinkFacts(
        producer, consumer, appliedMicros, List.copyOf(last.values()), findings, divergedAfter);
  }

  private boolean isReplaced(StatusEvent event) {
    return switch (event.getObserver()) {
      case PRODUCER -> producer.hasReplaced(event);
      case CONSUMER -> consumer.hasReplaced(event);
      case MONITOR -> true; // its silence is seen here, too
    };
  }

  /** The same with what services say of themselves, as far as they are of this link. */
  public LinkFacts withServices(String link, List<ServiceReport> services) {
    return new LinkFacts(
        producer.with(of(link, Role.PRODUCER, services)),
        consumer.with(of(link, Role.CONSUMER, services)),
        appliedMicros,
        incidents,
        findings,
        divergedAfter);
  }

  private static List<ServiceReport> of(String link, Role role, List<ServiceReport> all) {
    return all.stream().filter(r -> r.role() == role && r.link().equals(link)).toList();
  }
}
