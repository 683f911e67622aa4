package dev.duplex.status;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newest report of each side, whether it lives, and what is wrong as far as it was told.
 *
 * @param producer none if the link was never set up
 * @param consumer none if no consumer has ever worked for the link
 * @param appliedMicros a time of the primary's clock before which every commit is applied; 0 if
 *     none is known
 * @param producerSilent whether it let the observer wait in vain for another report
 * @param consumerSilent likewise
 * @param incidents of each incident that is open, the last event of its owner
 */
public record LinkFacts(
    Optional<Progress> producer,
    Optional<Progress> consumer,
    long appliedMicros,
    boolean producerSilent,
    boolean consumerSilent,
    List<StatusEvent> incidents) {
  public LinkFacts {
    incidents = List.copyOf(incidents);
  }

  /**
   * The same with events that are not on the topic yet. One of an instance that was replaced since
   * says nothing; nor does what would end an incident, before it is told.
   */
  public LinkFacts with(List<StatusEvent> waiting) {
    Map<String, StatusEvent> last = new LinkedHashMap<>();
    incidents.forEach(event -> last.put(event.getIncident(), event));
    waiting.stream()
        .filter(event -> event.getState() != LinkState.IN_SYNC && !isReplaced(event))
        .forEach(event -> last.put(event.getIncident(), event));
    return new LinkFacts(
        producer,
        consumer,
        appliedMicros,
        producerSilent,
        consumerSilent,
        List.copyOf(last.values()));
  }

  private boolean isReplaced(StatusEvent event) {
    return switch (event.getObserver()) {
      case PRODUCER -> !producerSilent && isAnother(producer, event);
      case CONSUMER -> !consumerSilent && isAnother(consumer, event);
      case MONITOR -> true; // its silence is seen here, too
    };
  }

  private static boolean isAnother(Optional<Progress> head, StatusEvent event) {
    return head.map(known -> !known.getInstance().equals(event.getInstance())).orElse(false);
  }
}
