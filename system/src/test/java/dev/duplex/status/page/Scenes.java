package dev.duplex.status.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** What the page must be able to show, each as the monitor would tell it. */
final class Scenes {
  private static final long MB = 1024 * 1024;
  private static final String NO_BROKER =
      "no broker answers at kafka1.north.example:9092, kafka2.north.example:9092";

  private Scenes() {}

  /** All of them, by the name of their picture. */
  static Map<String, Supplier<Scene>> all() {
    Map<String, Supplier<Scene>> all = new LinkedHashMap<>();
    all.put("in-sync", Scenes::inSync);
    all.put("diverged", Scenes::diverged);
    all.put("recovering", Scenes::recovering);
    all.put("halted", Scenes::halted);
    all.put("stale", Scenes::stale);
    all.put("outage", Scenes::outage);
    all.put("secondary-down", Scenes::secondaryDown);
    all.put("consumer-silent", Scenes::consumerSilent);
    all.put("no-consumer", Scenes::noConsumer);
    all.put("copying", Scenes::copying);
    all.put("several", Scenes::several);
    all.put("hostile", Scenes::hostile);
    all.put("nothing", () -> Scene.of(now(), Map.of(), List.of()));
    return all;
  }

  static Scene named(String name) {
    return Objects.requireNonNull(all().get(name), name).get();
  }

  static Instant now() {
    return Instant.now();
  }

  static Scene inSync() {
    Instant now = now();
    Story story = past("bank", now).seconds(900, "IN_SYNC", 0.2, 0.2, 1_200, 1_200, 0, 0);
    return Scene.of(now, Map.of("bank", story), List.of(new LinkDocument("bank", now)));
  }

  static Scene diverged() {
    Instant now = now();
    Instant began = now.minusSeconds(84);
    Story story = new Story("bank", now);
    ObjectNode event =
        story.event(
            "i-9", "PRODUCER", 1, "IN_SYNC -> DIVERGED", "BROKER_UNREACHABLE", began, NO_BROKER);
    story.incident("i-9", "PRODUCER", "DIVERGED", "BROKER_UNREACHABLE", began, null, event);
    addPast(story, now);
    story
        .seconds(816, "IN_SYNC", 0.2, 0.2, 1_200, 1_200, 0, 0)
        .seconds(84, "DIVERGED", 0.2, 84, 0, 0, 0, 34 * MB);
    LinkDocument link =
        new LinkDocument("bank", now)
            .state("DIVERGED", "BROKER_UNREACHABLE", NO_BROKER, Duration.ofSeconds(84))
            .figures(100_480, 84, 34 * MB, 0, 0)
            .self("producer", "SPOOLING", "BROKER_UNREACHABLE", NO_BROKER, 84)
            .spool(100_480, 34 * MB, began)
            .open(event);
    return Scene.of(now, Map.of("bank", story), List.of(link));
  }

  /** The same while the monitor does not reach Kafka either, and knows it of the relay itself. */
  static Scene outage() {
    return diverged().behindKafka(84, "No broker answers at kafka1.north.example:9092.");
  }

  static Scene recovering() {
    return recovering(85_300, 44_160);
  }

  static Scene recovering(long inDiffFile, long onTopic) {
    Instant now = now();
    Instant began = now.minusSeconds(190);
    Story story = new Story("bank", now);
    ObjectNode first =
        story.event(
            "i-9", "PRODUCER", 1, "IN_SYNC -> DIVERGED", "BROKER_UNREACHABLE", began, NO_BROKER);
    ObjectNode second =
        story
            .event(
                "i-9",
                "PRODUCER",
                2,
                "DIVERGED -> RECOVERING",
                "BROKER_UNREACHABLE",
                now.minusSeconds(9),
                "the diff file is being published")
            .put("transactions", 218_400);
    story.incident("i-9", "PRODUCER", "DIVERGED", "BROKER_UNREACHABLE", began, null, first, second);
    addPast(story, now);
    story
        .seconds(710, "IN_SYNC", 0.2, 0.2, 1_200, 1_200, 0, 0)
        .seconds(181, "DIVERGED", 0.2, 0.2, 0, 0, 0, 74 * MB)
        .seconds(9, "RECOVERING", 181, 96, 14_800, 9_900, 74 * MB, 29 * MB);
    LinkDocument link =
        new LinkDocument("bank", now)
            .state("RECOVERING", "BROKER_UNREACHABLE", "producer: " + NO_BROKER, seconds(9))
            .figures(inDiffFile + onTopic, 96.2, inDiffFile * 356, 14_800, 9_900)
            .self("producer", inDiffFile > 0 ? "DRAINING" : "LIVE", null, "", 9)
            .spool(inDiffFile, inDiffFile * 356, began)
            .open(second);
    return Scene.of(now, Map.of("bank", story), List.of(link));
  }

  static Scene halted() {
    Instant now = now();
    Instant began = now.minusSeconds(1_260);
    String detail =
        "public.account (id=4711): column \"iban\" does not exist (SQLSTATE 42703) at 0/2C33F1B8";
    Story story = new Story("bank", now);
    ObjectNode event =
        story.event("i-9", "CONSUMER", 1, "IN_SYNC -> HALTED", "APPLY_FAILED", began, detail);
    story.incident("i-9", "CONSUMER", "HALTED", "APPLY_FAILED", began, null, event);
    addPast(story, now);
    story.seconds(900, "HALTED", 360, 1_260, 320, 0, 0, 0);
    LinkDocument link =
        new LinkDocument("bank", now)
            .state("HALTED", "APPLY_FAILED", "consumer: " + detail, Duration.between(began, now))
            .figures(403_200, 1_260, 0, 320, 0)
            .self("consumer", "FAILED", "APPLY_FAILED", detail, 1_260)
            .open(event);
    return Scene.of(now, Map.of("bank", story), List.of(link));
  }

  /** The monitor itself does not reach Kafka, and nobody can be asked. */
  static Scene stale() {
    Instant now = now();
    Story story = past("bank", now).seconds(860, "IN_SYNC", 0.2, 0.2, 1_200, 1_200, 0, 0);
    LinkDocument link =
        new LinkDocument("bank", now).silent("producer", 41).silent("consumer", 41.2);
    return Scene.of(now, Map.of("bank", story), List.of(link))
        .behindKafka(41, "No broker answers at kafka1.north.example:9092.");
  }

  static Scene secondaryDown() {
    Instant now = now();
    Instant began = now.minusSeconds(27);
    String detail = "connection to db2.south.example:5432 refused (SQLSTATE 08001)";
    Story story = new Story("bank", now);
    ObjectNode event =
        story.event("i-9", "CONSUMER", 1, "IN_SYNC -> DIVERGED", "SECONDARY_DOWN", began, detail);
    story.incident("i-9", "CONSUMER", "DIVERGED", "SECONDARY_DOWN", began, null, event);
    addPast(story, now);
    story
        .seconds(873, "IN_SYNC", 0.2, 0.2, 1_200, 1_200, 0, 0)
        .seconds(27, "DIVERGED", 0.2, 27, 1_200, 0, 0, 0);
    LinkDocument link =
        new LinkDocument("bank", now)
            .state("DIVERGED", "SECONDARY_DOWN", "consumer: " + detail, seconds(27))
            .figures(32_410, 27, 0, 1_204, 0)
            .self("consumer", "WAITING", "SECONDARY_DOWN", detail, 27)
            .open(event);
    return Scene.of(now, Map.of("bank", story), List.of(link));
  }

  static Scene consumerSilent() {
    Instant now = now();
    Instant began = now.minusSeconds(75);
    Story story = new Story("bank", now);
    ObjectNode event =
        story.event(
            "i-9",
            "MONITOR",
            1,
            "IN_SYNC -> DIVERGED",
            "CONSUMER_SILENT",
            began,
            "no consumer reports");
    story.incident("i-9", "MONITOR", "DIVERGED", "CONSUMER_SILENT", began, null, event);
    addPast(story, now);
    story
        .seconds(300, "IN_SYNC", 0.2, 0.2, 1_200, 1_200, 0, 0)
        .seconds(75, "DIVERGED", 6, 81, 1_200, 0, 0, 0);
    LinkDocument link =
        new LinkDocument("bank", now)
            .state(
                "DIVERGED",
                "CONSUMER_SILENT",
                "no consumer reports; is one running?",
                Duration.ofSeconds(75))
            .figures(90_300, 81, 0, 1_204, 0)
            .silent("consumer", 81)
            .open(event);
    return Scene.of(now, Map.of("bank", story), List.of(link));
  }

  static Scene noConsumer() {
    Instant now = now();
    Story story = new Story("bank", now).seconds(20, "DIVERGED", 0, 20, 40, 0, 0, 0);
    LinkDocument link =
        new LinkDocument("bank", now)
            .state(
                "DIVERGED", "CONSUMER_SILENT", "no consumer reports; is one running?", seconds(20))
            .figures(1_480_233, 0, 0, 40, 0)
            .without("consumer");
    return Scene.of(now, Map.of("bank", story), List.of(link));
  }

  static Scene copying() {
    Instant now = now();
    Story story = new Story("bank", now).seconds(45, "RECOVERING", 0, 0, 3, 3, 0, 0);
    LinkDocument link =
        new LinkDocument("bank", now)
            .state("RECOVERING", "COPYING", "existing rows are on their way", seconds(45))
            .figures(0, 0, 0, 3, 3)
            .silent("producer", 0.5)
            .silent("consumer", 0.5)
            .copying();
    return Scene.of(now, Map.of("bank", story), List.of(link));
  }

  static Scene several() {
    Instant now = now();
    List<LinkDocument> links = new ArrayList<>();
    for (String name : List.of("accounts", "cards", "ledger", "loans", "payments", "risk")) {
      links.add(new LinkDocument(name, now));
    }
    links
        .get(2)
        .state("DIVERGED", "SECONDARY_DOWN", "no answer", seconds(27))
        .figures(32_410, 27, 0, 310, 0);
    links
        .get(4)
        .state("RECOVERING", "BROKER_UNREACHABLE", "draining", seconds(9))
        .figures(44_160, 96.2, 29 * MB, 14_800, 9_900);
    links
        .get(5)
        .state("HALTED", "GAP", "0/2C340AE0 does not follow 0/2C33F1B8", seconds(4_000))
        .figures(7_000, 4_000, 0, 12, 0);
    links.get(1).figures(0, 0, 0, 0, 0);
    Map<String, Story> stories = new LinkedHashMap<>();
    stories.put("ledger", past("ledger", now).seconds(27, "DIVERGED", 0.2, 27, 310, 0, 0, 0));
    return Scene.of(now, stories, links);
  }

  /** Names and details that would be markup, if anything took them for it. */
  static Scene hostile() {
    Instant now = now();
    String name = "<img src=x onerror=document.title='hacked'>";
    String long1 = "\"><script>document.title='hacked'</script>" + "unbroken".repeat(24);
    Story story = new Story(name, now);
    ObjectNode event =
        story
            .event("i'\"<b>", long1, 1, "IN_SYNC -> DIVERGED", "<svg onload=alert(1)>", now, long1)
            .put("instance", long1)
            .put("lastPosition", long1);
    story
        .incident("i'\"<b>", long1, "DIVERGED", "<svg onload=alert(1)>", now, null, event)
        .seconds(60, "DIVERGED", 0, 3, 1, 1, 0, 0);
    LinkDocument link =
        new LinkDocument(name, now)
            .state("DIVERGED", "<svg onload=alert(1)>", long1, seconds(61))
            .open(event);
    for (String role : List.of("producer", "consumer")) {
      link.side(role)
          .put("instance", long1)
          .put("host", "<a href='javascript:alert(1)'>\"&amp;</a>")
          .put("position", long1)
          .put("state", "<b>LIVE</b>")
          .put("detail", long1)
          .putNull("self");
    }
    return Scene.of(now, Map.of(name, story), List.of(link));
  }

  private static Story past(String link, Instant now) {
    return addPast(new Story(link, now), now);
  }

  private static Story addPast(Story story, Instant now) {
    Instant outage = now.minus(Duration.ofMinutes(134));
    Instant behind = now.minus(Duration.ofHours(7));
    Instant refused = now.minus(Duration.ofHours(20));
    return story
        .incident(
            "i-3",
            "PRODUCER",
            "DIVERGED",
            "BROKER_UNREACHABLE",
            outage.minusSeconds(213),
            outage,
            story.event(
                "i-3",
                "PRODUCER",
                1,
                "IN_SYNC -> DIVERGED",
                "BROKER_UNREACHABLE",
                outage.minusSeconds(213),
                NO_BROKER),
            story.event(
                "i-3",
                "PRODUCER",
                3,
                "DIVERGED -> RECOVERING",
                "BROKER_UNREACHABLE",
                outage.minusSeconds(6),
                "all published up to 0/2A11F0C8"),
            story.event(
                "i-3",
                "CONSUMER",
                1,
                "RECOVERING -> IN_SYNC",
                "BROKER_UNREACHABLE",
                outage,
                "applied up to 0/2A11F0C8"))
        .incident(
            "i-2",
            "CONSUMER",
            "DIVERGED",
            "SECONDARY_BEHIND",
            behind,
            behind.plusSeconds(48),
            story.event(
                "i-2",
                "CONSUMER",
                1,
                "IN_SYNC -> DIVERGED",
                "SECONDARY_BEHIND",
                behind,
                "5.2 s behind"))
        .incident(
            "i-1",
            "CONSUMER",
            "HALTED",
            "APPLY_FAILED",
            refused,
            refused.plusSeconds(1_860),
            story.event(
                "i-1",
                "CONSUMER",
                1,
                "IN_SYNC -> HALTED",
                "APPLY_FAILED",
                refused,
                "public.account (id=4711): column \"iban\" does not exist (SQLSTATE 42703)"));
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
