package dev.duplex.status.http;

import dev.duplex.schemas.time.Time;
import dev.duplex.status.json.MonitorJson;
import dev.duplex.status.metrics.Metrics;
import dev.duplex.status.metrics.MonitorMetrics;
import dev.duplex.status.monitor.Freshness;
import dev.duplex.status.monitor.MonitorView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** What the port of a monitor serves while there is a monitor. */
final class MonitorSite implements Routes, AutoCloseable {
  private static final Pattern LINK =
      Pattern.compile("/api/links/([a-z0-9_]{1,40})(/incidents|/samples)?");

  private final MonitorView view;
  private final MonitorJson json;
  private final EventStream events;
  private final MonitorMetrics metrics;
  private final PageFiles page;
  private final MonitorView.Subscription subscription;

  MonitorSite(
      MonitorView view,
      Duration divergedAfter,
      LongSupplier undecodable,
      PageFiles page,
      Time time) {
    this.view = view;
    this.json = new MonitorJson(view, divergedAfter, time.clock());
    this.events = new EventStream(json::links, time);
    this.metrics = new MonitorMetrics(view, events::subscribers, undecodable);
    this.page = page;
    this.subscription = view.subscribe(events);
  }

  void start() {
    events.start();
  }

  @Override
  public Request.@Nullable Handler find(String path) {
    return switch (path) {
      case "/api/links" -> Answer.json(json.links());
      case "/api/events" -> events;
      case "/health" -> health();
      case "/metrics" -> Answer.text(Metrics.CONTENT_TYPE, metrics.text());
      default -> path.startsWith("/api/") ? link(path) : page.find(path);
    };
  }

  private @Nullable Answer link(String path) {
    Matcher matcher = LINK.matcher(path);
    if (!matcher.matches()) {
      return null;
    }
    String name = matcher.group(1);
    String what = matcher.group(2);
    Optional<Map<String, Object>> document =
        what == null
            ? json.link(name)
            : what.equals("/incidents") ? json.incidents(name) : json.samples(name);
    return document
        .map(Answer::json)
        .orElseGet(
            () -> Answer.error(HttpStatus.NOT_FOUND_404, "there is no link " + name + " here"));
  }

  private Answer health() {
    Freshness freshness = view.freshness();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("status", freshness.current() ? "UP" : "DOWN");
    map.put("ageSeconds", freshness.age().toMillis() / 1_000.0);
    map.put("detail", freshness.detail());
    map.put("links", view.links().size());
    return Answer.json(
        freshness.current() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503, map);
  }

  /** Ends all answers that last. */
  @Override
  public void close() {
    subscription.close();
    events.close();
    metrics.close();
  }
}
