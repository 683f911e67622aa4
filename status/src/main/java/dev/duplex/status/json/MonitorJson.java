package dev.duplex.status.json;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.status.LinkStatus;
import dev.duplex.status.monitor.Freshness;
import dev.duplex.status.monitor.IncidentReport;
import dev.duplex.status.monitor.LinkReport;
import dev.duplex.status.monitor.MonitorView;
import dev.duplex.status.monitor.Sample;
import dev.duplex.status.service.ServiceJson;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a monitor knows, as the documents that it serves. Thread-safe. */
public final class MonitorJson {
  private final MonitorView view;
  private final Duration divergedAfter;
  private final Clock clock;

  /**
   * Of a monitor.
   *
   * @param divergedAfter how far behind the secondary may be before the link counts as diverged
   * @param clock of this machine
   */
  public MonitorJson(MonitorView view, Duration divergedAfter, Clock clock) {
    this.view = view;
    this.divergedAfter = divergedAfter;
    this.clock = clock;
  }

  /** All links, and whether what is said of them is true now. */
  public Map<String, Object> links() {
    Instant now = clock.instant();
    Freshness freshness = view.freshness();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("time", Json.time(now));
    putFreshness(map, freshness);
    map.put("detail", freshness.detail());
    map.put("divergedAfterSeconds", Json.seconds(divergedAfter));
    map.put("links", view.links().stream().map(report -> link(report, now)).toList());
    return map;
  }

  private static void putFreshness(Map<String, Object> map, Freshness freshness) {
    map.put("current", freshness.current());
    map.put("ageSeconds", Json.seconds(freshness.age()));
  }

  /** One link, and whether what is said of it is true now; empty if it is not known. */
  public Optional<Map<String, Object>> link(String name) {
    Freshness freshness = view.freshness();
    return view.link(name)
        .map(
            report -> {
              Map<String, Object> map = link(report, clock.instant());
              putFreshness(map, freshness);
              return map;
            });
  }

  /** Its recent incidents, newest first; empty if the link is not known. */
  public Optional<Map<String, Object>> incidents(String name) {
    Instant now = clock.instant();
    return listOf(
        name, "incidents", () -> view.incidents(name).stream().map(i -> incident(i, now)).toList());
  }

  /** Its recent past; empty if the link is not known. */
  public Optional<Map<String, Object>> samples(String name) {
    return listOf(
        name, "samples", () -> view.samples(name).stream().map(MonitorJson::sample).toList());
  }

  private interface Items {
    Object list();
  }

  private Optional<Map<String, Object>> listOf(String name, String key, Items items) {
    if (view.link(name).isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", name);
    map.put(key, items.list());
    return Optional.of(map);
  }

  private static Map<String, Object> link(LinkReport report, Instant now) {
    LinkStatus status = report.status();
    Map<String, Object> map = StatusJson.map(status);
    map.put("since", Json.time(report.since()));
    map.put("stateSeconds", Json.seconds(Duration.between(report.since(), now)));
    map.put("changesBehind", report.changesBehind());
    map.put("bytesSpooled", report.bytesSpooled());
    map.put("publishedPerSecond", Json.rate(report.publishedPerSecond()));
    map.put("appliedPerSecond", Json.rate(report.appliedPerSecond()));
    map.put("producer", side(status.producer(), report.producerSilence(), report.producer()));
    Progress consumer = status.consumer().orElse(null);
    map.put("consumer", side(consumer, report.consumerSilence(), report.consumer()));
    return map;
  }

  private static @Nullable Map<String, Object> side(
      @Nullable Progress head, Duration silence, Optional<ServiceReport> self) {
    Map<String, Object> map = StatusJson.side(head);
    if (map != null) {
      map.put("silentSeconds", Json.seconds(silence));
      map.put("self", self.map(ServiceJson::map).orElse(null));
    }
    return map;
  }

  private static Map<String, Object> incident(IncidentReport report, Instant now) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("incident", report.incident());
    map.put("observer", report.observer().name());
    map.put("worst", report.worst().name());
    map.put("reason", report.reason());
    map.put("began", Json.time(report.began()));
    map.put("ended", report.ended().map(Json::time).orElse(null));
    map.put("seconds", Json.seconds(Duration.between(report.began(), report.ended().orElse(now))));
    map.put("events", report.events().stream().map(EventJson::map).toList());
    return map;
  }

  private static Map<String, Object> sample(Sample sample) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("time", Json.time(sample.time()));
    map.put("state", sample.state().name());
    map.put("lagSeconds", Json.seconds(sample.lag()));
    map.put("transactionsBehind", sample.transactionsBehind());
    map.put("publishedPerSecond", Json.rate(sample.publishedPerSecond()));
    map.put("appliedPerSecond", Json.rate(sample.appliedPerSecond()));
    map.put("bytesSpooled", sample.bytesSpooled());
    return map;
  }
}
