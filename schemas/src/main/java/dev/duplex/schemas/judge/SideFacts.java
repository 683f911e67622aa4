package dev.duplex.schemas.judge;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one side of a link.
 *
 * @param head its newest progress record; none if there is none
 * @param silent whether it let the observer wait in vain for another report
 * @param service what the instance that has the role says of itself, if it can be asked
 */
public record SideFacts(Optional<Progress> head, boolean silent, Optional<ServiceReport> service) {
  /** Nothing. */
  public static final SideFacts UNKNOWN = new SideFacts(Optional.empty(), false, Optional.empty());

  /** What the topic says. */
  public static SideFacts of(Optional<Progress> head, boolean silent) {
    return new SideFacts(head, silent, Optional.empty());
  }

  /** The same with what was said by one of its instances; one that stands by says the least. */
  SideFacts with(List<ServiceReport> said) {
    return new SideFacts(
        head,
        silent,
        said.stream()
            .filter(report -> !report.isStandby())
            .findFirst()
            .or(() -> said.stream().findFirst()));
  }

  /** Whether an event is of an instance that was replaced since. */
  boolean hasReplaced(StatusEvent event) {
    return !silent
        && head.map(known -> !known.getInstance().equals(event.getInstance())).orElse(false);
  }
}
