package dev.duplex.status.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Incidents, events and samples of one link's past, as JSON. */
final class Story {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final String link;
  private final Instant now;
  private final ArrayNode incidents = JSON.arrayNode();
  private final ArrayNode samples = JSON.arrayNode();

  Story(String link, Instant now) {
    this.link = link;
    this.now = now;
  }

  /** An incident from its first event to the last; newest incident first. */
  Story incident(
      String id,
      String observer,
      String worst,
      String reason,
      Instant began,
      @Nullable Instant ended,
      ObjectNode... events) {
    ObjectNode incident =
        JSON.objectNode()
            .put("incident", id)
            .put("observer", observer)
            .put("worst", worst)
            .put("reason", reason)
            .put("began", began.toString())
            .put("ended", ended == null ? null : ended.toString())
            .put(
                "seconds",
                Duration.between(began, ended == null ? now : ended).toMillis() / 1_000.0);
    ArrayNode list = incident.putArray("events");
    for (ObjectNode event : events) {
      list.add(event);
    }
    incidents.add(incident);
    return this;
  }

  ObjectNode event(
      String incident,
      String observer,
      int sequence,
      String change,
      String reason,
      Instant time,
      String detail) {
    String[] states = change.split(" -> ");
    return JSON.objectNode()
        .put("link", link)
        .put("incident", incident)
        .put("observer", observer)
        .put("sequence", sequence)
        .put("instance", "41733@db1.north.example#a91c")
        .put("state", states[1])
        .put("previousState", states[0])
        .put("reason", reason)
        .put("time", time.toString())
        .put("firstPosition", "0/2C340AE0")
        .put("lastPosition", String.format(Locale.ROOT, "0/31F2A%03X", sequence))
        .put("drained", states[1].equals("RECOVERING") && sequence > 2)
        .put("transactions", 12_480)
        .put("changes", 49_920)
        .put("oldestCommit", time.toString())
        .put("bytesSpooled", 35_000_000)
        .put("detail", detail);
  }

  /** Seconds of one kind, after those that are there already; the last one ends now. */
  Story seconds(
      int many,
      String state,
      double lagFrom,
      double lagTo,
      double published,
      double applied,
      long bytesFrom,
      long bytesTo) {
    for (int second = 0; second < many; second++) {
      double part = many == 1 ? 1 : second / (many - 1.0);
      double wave =
          1 + 0.09 * Math.sin(samples.size() / 41.0) + 0.03 * Math.sin(samples.size() / 6.0);
      samples.add(
          JSON.objectNode()
              .put("state", state)
              .put("lagSeconds", (lagFrom + (lagTo - lagFrom) * part) * wave)
              .put("transactionsBehind", 3)
              .put("publishedPerSecond", published * wave)
              .put("appliedPerSecond", applied * (2 - wave))
              .put("bytesSpooled", (long) (bytesFrom + (bytesTo - bytesFrom) * part)));
    }
    return this;
  }

  ObjectNode incidents() {
    return JSON.objectNode().put("link", link).set("incidents", incidents);
  }

  ObjectNode samples() {
    for (int index = 0; index < samples.size(); index++) {
      Instant time = now.minusSeconds(samples.size() - 1L - index);
      ((ObjectNode) samples.get(index)).put("time", time.toString());
    }
    return JSON.objectNode().put("link", link).set("samples", samples);
  }
}
