package dev.duplex.cli.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.OwnClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The clock of producer, consumer and monitor is set back, when nothing happens and when Kafka is
 * away: none of them waits until it is as late again.
 */
class ClockJumpIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Monitored monitor = new Monitored();
  private int rows;

  @Test
  void shouldGoOnWhenTheClockIsSetBack() throws Exception {
    if (!OwnClock.isPossible()) {
      System.out.println("no clock is set back: that takes root and the package libfaketime");
      return;
    }
    try (Twin twin = new Twin(monitor.configuration())) {
      twin.onPrimary("CREATE TABLE account (id int PRIMARY KEY)");
      twin.succeed("init");
      Path file = twin.directory().resolve("clock");
      OwnClock clock = new OwnClock(file);
      for (String service : List.of("producer", "consumer", "monitor")) {
        var unused = twin.start(clock, service, service, twin.config());
      }
      check(twin, 1);
      setBack(twin, clock, 2);
      check(twin, 2);
      twin.lab().broker().kill();
      twin.onPrimary("INSERT INTO account VALUES (103)");
      rows++;
      setBack(twin, clock, 4);
      twin.lab().broker().start();
      check(twin, 3);
      clock.set(Duration.ofHours(8));
      Await.until("the monitor's clock", LIMIT, this::isAhead);
      check(twin, 4);
    }
  }

  private static void setBack(Twin twin, OwnClock clock, int hours) throws Exception {
    Path log = twin.directory().resolve("consumer.log");
    int noticed = noticed(log);
    clock.set(Duration.ofHours(-hours));
    Await.until("the consumer notices", LIMIT, () -> noticed(log) > noticed);
  }

  private static int noticed(Path log) throws IOException {
    return Files.readString(log).split("clock was set back", -1).length;
  }

  private boolean isAhead() throws InterruptedException {
    String time = monitor.get("/api/links").path("time").asText();
    return !time.isEmpty() && Instant.parse(time).isAfter(Instant.now().plus(Duration.ofHours(7)));
  }

  /** A row comes to the secondary, and whoever looks knows it. */
  private void check(Twin twin, int row) throws Exception {
    twin.onPrimary("INSERT INTO account VALUES (" + row + ")");
    rows++;
    try {
      twin.awaitInStep();
      Await.until("the monitor knows", LIMIT, () -> isCurrent(monitor.link(twin)));
      Await.until(
          "no incident is open",
          LIMIT,
          () -> isInSync(new ObjectMapper().readTree(twin.duplex("status", "--json").out())));
    } catch (Await.TimedOutError e) {
      throw new AssertionError(monitor.link(twin) + "\n" + twin.logs(), e);
    }
  }

  private boolean isCurrent(JsonNode link) {
    return isInSync(link)
        && link.path("consumer").path("transactions").asLong() == rows
        && link.path("consumer").path("silentSeconds").asDouble() < 2;
  }

  private static boolean isInSync(JsonNode link) {
    return link.path("state").asText().equals("IN_SYNC") && link.path("incidents").isEmpty();
  }
}
