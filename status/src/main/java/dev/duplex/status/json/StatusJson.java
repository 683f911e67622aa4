package dev.duplex.status.json;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.status.LinkStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The state of a link as an object: what {@code duplex status --json} prints. */
public final class StatusJson {
  private StatusJson() {}

  /** The state, both sides, and the incidents that are open. */
  public static Map<String, Object> map(LinkStatus status) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", status.link());
    map.put("state", status.state().name());
    map.put("reason", status.reason().map(Enum::name).orElse(null));
    map.put("detail", status.detail());
    map.put("transactionsBehind", status.transactionsBehind());
    map.put("lagSeconds", Json.seconds(status.lag()));
    map.put("producer", side(status.producer()));
    map.put("consumer", side(status.consumer().orElse(null)));
    map.put("incidents", status.incidents().stream().map(EventJson::map).toList());
    return map;
  }

  static @Nullable Map<String, Object> side(@Nullable Progress head) {
    if (head == null) {
      return null;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("state", head.getState().name());
    map.put("detail", head.getDetail());
    map.put("position", Json.position(head.getPosition()));
    map.put("transactions", head.getTransactions());
    map.put("changes", head.getChanges());
    map.put("mismatches", head.getMismatches());
    map.put("epoch", head.getEpoch());
    map.put("instance", head.getInstance());
    map.put("host", head.getHost());
    return map;
  }
}
