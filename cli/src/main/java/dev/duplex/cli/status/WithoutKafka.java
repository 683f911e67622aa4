package dev.duplex.cli.status;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.status.LocalStatus;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.status.json.EventJson;
import dev.duplex.status.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What this machine's disk tells of a link while Kafka cannot be asked. */
final class WithoutKafka {
  private final String link;
  private final String why;
  private final LocalStatus local;
  private final LocalSpool spool;

  private WithoutKafka(String link, String why, LocalStatus local, LocalSpool spool) {
    this.link = link;
    this.why = why;
    this.local = local;
    this.spool = spool;
  }

  /**
   * Looks into the link's own directory.
   *
   * @param why Kafka cannot be asked
   * @return nothing if nothing is there
   */
  static Optional<WithoutKafka> look(DuplexConfig config, String why) {
    Path directory = config.spool().directoryOf(config.link());
    try {
      LocalStatus local = LocalStatus.read(directory);
      LocalSpool spool = LocalSpool.look(directory);
      return local.isEmpty() && spool.isEmpty()
          ? Optional.empty()
          : Optional.of(new WithoutKafka(config.link(), why, local, spool));
    } catch (IOException e) {
      throw new SetupException(why + "; and the local status cannot be read: " + e.getMessage(), e);
    }
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(link + ": unknown, Kafka cannot be asked; this is what is known on this machine");
    local.open().forEach(event -> lines.add("  incident  " + EventText.incident(event)));
    lines.add("  diff files  " + spool.line());
    lines.add("  events that wait for Kafka: " + local.waiting().size());
    return lines;
  }

  String json() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", link);
    map.put("state", null);
    map.put("detail", why);
    map.put("incidents", local.open().stream().map(EventJson::map).toList());
    map.put("spool", spool.asMap());
    map.put("eventsWaiting", local.waiting().size());
    return Json.line(map);
  }
}
