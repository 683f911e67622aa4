package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusFollower;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.TpcbRun;
import dev.duplex.lab.TpcbWorkload;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The primary goes on while Kafka or the registry is away, and the secondary catches up. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutageIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("duplex.outage.seconds", 3));
  private static final long MOST_RETAINED_BYTES = 64L << 20;

  private Twin twin;
  private ChildProcess producer;

  @BeforeAll
  void start() throws Exception {
    twin = new Twin("");
    twin.initializeTpcb(1);
    twin.succeed("init", "--copy");
    producer = twin.start("producer", "producer");
    var unused = twin.start("consumer", "consumer");
    twin.onPrimary("INSERT INTO pgbench_branches VALUES (1000, 0, '')"); // follows the copy
    twin.awaitCopied();
  }

  @AfterAll
  void stop() throws Exception {
    twin.close();
  }

  @Test
  void shouldSpoolWhileTheBrokerIsAwayAndDrainByItself() throws Exception {
    long seed = Long.getLong("duplex.seed", System.nanoTime());
    System.out.printf("OutageIT: seed %d, %d s%n", seed, OUTAGE.toSeconds());
    TpcbWorkload.Result result;
    long before = history();
    long killed;
    try (SchemaRegistry registry = SchemaRegistry.open(twin.lab().registry().url(), Map.of());
        StatusFollower status = StatusFollower.open(twin.kafka(), registry);
        TpcbRun load = twin.workload(seed).start()) {
      double rateBefore = rate(load, OUTAGE);
      killed = System.currentTimeMillis();
      twin.lab().broker().kill();
      long begin = System.nanoTime();
      long committed = load.committed();
      List<Long> retained = new ArrayList<>();
      List<Integer> spools = new ArrayList<>();
      Await.until(
          "the outage is over",
          OUTAGE.plus(LIMIT),
          () -> {
            if (System.nanoTime() - begin >= Duration.ofSeconds(retained.size()).toNanos()) {
              retained.add(retained()); // each second, so as to leave the cores to the load
              spools.add(diffFiles().size());
            }
            return System.nanoTime() - begin >= OUTAGE.toNanos() && Collections.max(spools) > 0;
          });
      double during = (load.committed() - committed) * 1e9 / (System.nanoTime() - begin);
      long mostRetained = Collections.max(retained);
      int spooled = Collections.max(spools);
      System.out.printf(
          "tps before %.0f, during %.0f (ratio %.2f); %d bytes of log retained at most%n",
          rateBefore, during, during / rateBefore, mostRetained);
      assertThat(mostRetained).isLessThan(MOST_RETAINED_BYTES);
      assertThat(spooled).as(twin.logs()).isPositive();
      long ended = System.currentTimeMillis();
      twin.lab().broker().start();
      awaitDrained();
      result = load.stop();
      assertSame(before, result);
      assertOneIncident(status, killed, ended);
    }
  }

  /**
   * One incident from divergence to recovery, with the times at which it happened. The end of the
   * copy's may still be on its way when the outage begins.
   */
  private static void assertOneIncident(StatusFollower status, long killedMillis, long endedMillis)
      throws Exception {
    List<StatusEvent> events = new ArrayList<>();
    Await.until(
        "the secondary's side confirms the recovery",
        LIMIT,
        () -> {
          status.poll(Duration.ofMillis(200)).stream()
              .filter(event -> event.getTimeMicros() / 1_000 >= killedMillis)
              .filter(event -> !event.getReason().equals(Reason.COPYING.name()))
              .forEach(events::add);
          return events.stream().anyMatch(event -> event.getState() == LinkState.IN_SYNC);
        });
    assertThat(events)
        .extracting(StatusEvent::getIncident)
        .hasSizeGreaterThan(2)
        .containsOnly(events.get(0).getIncident());
    assertThat(events.stream().map(StatusEvent::getState).distinct())
        .containsExactly(LinkState.DIVERGED, LinkState.RECOVERING, LinkState.IN_SYNC);
    StatusEvent diverged = events.get(0);
    assertThat(diverged.getReason()).isEqualTo("BROKER_UNREACHABLE");
    assertThat(diverged.getTimeMicros() / 1_000).isBetween(killedMillis, endedMillis);
    // When the divergence is told first, the log of the outage may not be decoded yet.
    StatusEvent recovering =
        events.stream()
            .filter(event -> event.getState() == LinkState.RECOVERING)
            .findFirst()
            .orElseThrow();
    assertThat(recovering.getTransactions()).isPositive();
    assertThat(recovering.getBytesSpooled()).isPositive();
    StatusEvent drained = events.stream().filter(StatusEvent::getDrained).findFirst().orElseThrow();
    StatusEvent inSync = events.get(events.size() - 1);
    assertThat(inSync.getObserver()).isEqualTo(Observer.CONSUMER);
    assertThat(inSync.getTimeMicros()).isGreaterThan(diverged.getTimeMicros());
    assertThat(inSync.getLastPosition()).isGreaterThanOrEqualTo(drained.getLastPosition());
  }

  @Test
  void shouldGoOnWithTheDiffFilesOfAProducerThatWasKilled() throws Exception {
    TpcbWorkload.Result result;
    long before = history();
    try (TpcbRun load = twin.workload(7).atMost(500).start()) {
      twin.lab().broker().kill();
      for (int kill = 0; kill < 3; kill++) {
        long size = diffBytes();
        awaitSpooled(size);
        producer.kill();
        producer = twin.start("producer", "producer");
      }
      long size = diffBytes();
      awaitSpooled(size);
      twin.lab().broker().start();
      awaitDrained();
      result = load.stop();
    }
    assertSame(before, result);
  }

  @Test
  void shouldBearAnOutageDuringTheDrain() throws Exception {
    TpcbWorkload.Result result;
    long before = history();
    try (TpcbRun load = twin.workload(8).atMost(500).start()) {
      for (int outage = 0; outage < 3; outage++) {
        twin.lab().broker().kill();
        long size = diffBytes();
        awaitSpooled(size + 100_000);
        int drains = drains();
        twin.lab().broker().start();
        if (outage < 2) {
          Await.until("the drain has begun or is over", LIMIT, () -> drains() > drains);
        }
      }
      awaitDrained();
      result = load.stop();
    }
    assertSame(before, result);
  }

  @Test
  void shouldSpoolWhatTheRegistryDoesNotKnowYet() throws Exception {
    twin.onPrimary("CREATE TABLE note (id int PRIMARY KEY, text text)");
    twin.succeed("init");
    twin.lab().registry().kill();
    twin.onPrimary("INSERT INTO note VALUES (1, 'nobody knows this table')");
    twin.onPrimary("INSERT INTO pgbench_branches VALUES (100, 0, '')");
    Await.until("it is spooled", LIMIT, () -> !diffFiles().isEmpty());
    twin.lab().registry().start();
    awaitDrained();
    twin.awaitInStep();
    twin.assertIdentical();
  }

  private int drains() throws Exception {
    return twin.logs().split("SPOOLING -> DRAINING", -1).length;
  }

  private long history() throws Exception {
    try (Connection connection = twin.primary()) {
      return Twin.number(connection, "SELECT count(*) FROM pgbench_history");
    }
  }

  private static double rate(TpcbRun load, Duration time) throws Exception {
    long committed = load.committed();
    long end = System.nanoTime() + time.toNanos();
    Await.until("the time is over", time.plusSeconds(5), () -> System.nanoTime() - end >= 0);
    return (load.committed() - committed) / (double) time.toSeconds();
  }

  /** Bytes of the primary's log that the slot keeps. */
  private long retained() throws Exception {
    try (Connection connection = twin.primary()) {
      return Twin.number(
          connection,
          "SELECT pg_current_wal_lsn() - restart_lsn FROM pg_replication_slots"
              + " WHERE slot_name = '"
              + twin.link().slot()
              + "'");
    }
  }

  private List<Path> diffFiles() throws Exception {
    Path directory = twin.spool();
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith("diff-")).toList();
    }
  }

  private long diffBytes() throws Exception {
    long bytes = 0;
    for (Path file : diffFiles()) {
      bytes += file.toFile().length(); // 0 if it was drained just now
    }
    return bytes;
  }

  private void awaitSpooled(long bytes) throws Exception {
    try {
      Await.until("more is spooled", LIMIT, () -> diffBytes() > bytes);
    } catch (Await.TimedOutError e) {
      throw new AssertionError(twin.logs(), e);
    }
  }

  private void awaitDrained() throws Exception {
    try {
      Await.until("the diff files are drained", LIMIT, () -> diffFiles().isEmpty());
    } catch (Await.TimedOutError e) {
      throw new AssertionError(twin.logs(), e);
    }
    assertThat(producer.isAlive()).as(twin.logs()).isTrue();
  }

  /** What the load of this test has added is on the secondary. */
  private void assertSame(long before, TpcbWorkload.Result result) throws Exception {
    twin.awaitInStep();
    twin.assertIdentical();
    try (Connection secondary = twin.secondary()) {
      assertThat(Twin.number(secondary, "SELECT count(*) FROM pgbench_history") - before)
          .isBetween(result.transactions(), result.transactions() + result.uncertain());
      assertThat(Twin.number(secondary, "SELECT mismatches FROM duplex.applied")).isZero();
    }
    assertThat(twin.heads().get(Role.PRODUCER)).isNotNull();
  }
}
