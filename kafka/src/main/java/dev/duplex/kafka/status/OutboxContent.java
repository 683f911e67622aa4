package dev.duplex.kafka.status;

import dev.duplex.schemas.avro.StatusEvent;
import java.util.List;

/**
 * What of an outbox must survive the process.
 *
 * @param acknowledged the last events of open incidents that the broker has
 * @param waiting those that it may not have, in order
 */
public record OutboxContent(List<StatusEvent> acknowledged, List<StatusEvent> waiting) {
  /** Of an outbox that is new. */
  public static final OutboxContent EMPTY = new OutboxContent(List.of(), List.of());

  public OutboxContent {
    acknowledged = List.copyOf(acknowledged);
    waiting = List.copyOf(waiting);
  }

  /** Whether nothing needs to be kept. */
  public boolean isEmpty() {
    return acknowledged.isEmpty() && waiting.isEmpty();
  }
}
