package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusFollower;
import dev.duplex.lab.Await;
import dev.duplex.lab.TpcbRun;
import dev.duplex.lab.TpcbWorkload;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import java.nio.file.Files;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The secondary's database is away for a while: the topic holds what it misses, and the status
 * topic says why. {@code -Dduplex.outage.seconds=60} makes it a minute.
 */
class SecondaryDownIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("duplex.outage.seconds", 3));

  @Test
  void shouldGoOnByItselfWhenTheSecondaryIsBack() throws Exception {
    try (Twin twin = new Twin("")) {
      twin.initializeTpcb(1);
      twin.succeed("init", "--copy");
      var producer = twin.start("producer", "producer");
      var consumer = twin.start("consumer", "consumer");
      twin.onPrimary("INSERT INTO pgbench_branches VALUES (1000, 0, '')"); // follows the copy
      twin.awaitCopied();
      TpcbWorkload.Result result;
      try (SchemaRegistry registry = SchemaRegistry.open(twin.lab().registry().url(), Map.of());
          StatusFollower status = StatusFollower.open(twin.kafka(), registry);
          TpcbRun load = twin.workload(5).atMost(300).start()) {
        List<StatusEvent> events = new ArrayList<>();
        twin.lab().secondary().kill();
        long end = System.nanoTime() + OUTAGE.toNanos();
        Await.until(
            "the status topic says it",
            LIMIT,
            () -> {
              take(status, events);
              return !events.isEmpty();
            });
        long committed = load.committed();
        Await.until("the outage is over", LIMIT, () -> System.nanoTime() - end >= 0);
        Await.until("the primary goes on", LIMIT, () -> load.committed() > committed);
        assertThat(twin.duplex("status").code()).isEqualTo(3);
        assertThat(twin.duplex("status").out()).contains("DIVERGED (SECONDARY_DOWN)");
        assertThat(Files.exists(twin.spool().resolve("head"))).as("diff files").isFalse();
        twin.lab().secondary().start();
        result = load.stop();
        Await.until(
            "the status topic says that it is over",
            LIMIT,
            () -> {
              take(status, events);
              return events.stream().anyMatch(e -> e.getState() == LinkState.IN_SYNC);
            });
        assertOneIncident(events);
      } catch (Await.TimedOutError e) {
        throw new AssertionError(twin.logs(), e);
      }
      assertThat(producer.isAlive()).as(twin.logs()).isTrue();
      assertThat(consumer.isAlive()).as(twin.logs()).isTrue();
      twin.awaitInStep();
      twin.assertIdentical();
      try (Connection secondary = twin.secondary()) {
        assertThat(Twin.number(secondary, "SELECT count(*) FROM pgbench_history"))
            .isBetween(result.transactions(), result.transactions() + result.uncertain());
        assertThat(Twin.number(secondary, "SELECT mismatches FROM duplex.applied")).isZero();
      }
    }
  }

  private static void take(StatusFollower status, List<StatusEvent> events) throws Exception {
    status.poll(Duration.ofMillis(200)).stream()
        .filter(event -> !event.getReason().equals(Reason.COPYING.name()))
        .forEach(events::add);
  }

  private static void assertOneIncident(List<StatusEvent> events) {
    assertThat(events)
        .extracting(StatusEvent::getIncident)
        .containsOnly(events.get(0).getIncident());
    assertThat(events).extracting(StatusEvent::getObserver).containsOnly(Observer.CONSUMER);
    assertThat(events.stream().map(StatusEvent::getState).distinct())
        .startsWith(LinkState.DIVERGED)
        .endsWith(LinkState.IN_SYNC);
    assertThat(events.get(0).getReason()).isEqualTo(Reason.SECONDARY_DOWN.name());
    assertThat(events.get(events.size() - 1).getTimeMicros())
        .isGreaterThan(events.get(0).getTimeMicros());
  }
}
