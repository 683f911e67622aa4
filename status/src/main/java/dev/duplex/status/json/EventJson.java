package dev.duplex.status.json;

import dev.duplex.schemas.avro.StatusEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/** A status event as an object. */
public final class EventJson {
  private EventJson() {}

  /** All of it but the identity of the primary. */
  public static Map<String, Object> map(StatusEvent event) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", event.getLink());
    map.put("incident", event.getIncident());
    map.put("observer", event.getObserver().name());
    map.put("sequence", event.getSequence());
    map.put("instance", event.getInstance());
    map.put("state", event.getState().name());
    map.put("previousState", event.getPreviousState().name());
    map.put("reason", event.getReason());
    map.put("time", Json.time(event.getTimeMicros()));
    map.put("firstPosition", Json.position(event.getFirstPosition()));
    map.put("lastPosition", Json.position(event.getLastPosition()));
    map.put("drained", event.getDrained());
    map.put("transactions", event.getTransactions());
    map.put("changes", event.getChanges());
    Long oldest = event.getOldestCommitMicros();
    map.put("oldestCommit", oldest == null ? null : Json.time(oldest.longValue()));
    map.put("bytesSpooled", event.getBytesSpooled());
    map.put("detail", event.getDetail());
    return map;
  }
}
