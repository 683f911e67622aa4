package dev.duplex.kafka.status;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the observers of this machine have on disk, for those who cannot ask Kafka.
 *
 * @param open the last event of each incident that is not over as far as its observer knows
 * @param waiting events that Kafka may not have yet, those of one observer in their order
 */
public record LocalStatus(List<StatusEvent> open, List<StatusEvent> waiting) {
  public LocalStatus {
    open = List.copyOf(open);
    waiting = List.copyOf(waiting);
  }

  /**
   * Looks at the files without locking them: they are replaced as a whole.
   *
   * @param directory {@code <spool.directory>/<link>}
   * @throws IOException if one is there and cannot be read
   */
  public static LocalStatus read(Path directory) throws IOException {
    List<StatusEvent> open = new ArrayList<>();
    List<StatusEvent> waiting = new ArrayList<>();
    for (Observer observer : Observer.values()) {
      OutboxContent content = OutboxOnDisk.file(directory, observer).read();
      Map<String, StatusEvent> last = new LinkedHashMap<>();
      content.acknowledged().forEach(event -> last.put(event.getIncident(), event));
      content.waiting().forEach(event -> last.put(event.getIncident(), event));
      last.values().stream().filter(e -> e.getState() != LinkState.IN_SYNC).forEach(open::add);
      waiting.addAll(content.waiting());
    }
    return new LocalStatus(open, waiting);
  }

  /** Whether there is nothing to tell. */
  public boolean isEmpty() {
    return open.isEmpty() && waiting.isEmpty();
  }
}
