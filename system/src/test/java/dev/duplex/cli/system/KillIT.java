package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.Server;
import dev.duplex.lab.TpcbRun;
import dev.duplex.lab.TpcbWorkload;
import java.sql.Connection;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Promises 1 and 3: whatever is killed under load, and whenever, nothing is lost and nothing is
 * applied twice. {@code pgbench_history} has no key, so a row applied twice would stay.
 *
 * <p>{@code -Dduplex.seed=N} repeats a run, {@code -Dduplex.kills=N} makes it longer.
 */
class KillIT {
  private static final int RATE = 300; // the machine has other work, too
  private static final int SCALE = Integer.getInteger("duplex.scale", 1);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private enum Victim {
    PRODUCER,
    CONSUMER,
    BROKER,
    SECONDARY,
    PRIMARY
  }

  @Test
  void shouldLoseNothingAndRepeatNothingWhateverIsKilled() throws Exception {
    long seed = Long.getLong("duplex.seed", System.nanoTime());
    int kills = Integer.getInteger("duplex.kills", 5);
    System.out.printf("KillIT: seed %d, %d kills%n", seed, kills);
    Random random = new Random(seed);
    try (Twin twin = new Twin("")) {
      twin.initializeTpcb(SCALE);
      twin.succeed("init", "--copy");
      ChildProcess producer = twin.start("producer", "producer");
      ChildProcess consumer = twin.start("consumer", "consumer");
      twin.awaitInStep();
      TpcbWorkload.Result result;
      try (TpcbRun load = twin.workload(seed).atMost(RATE).start()) {
        for (int kill = 1; kill <= kills; kill++) {
          // The first five are one of each, so that a short run meets them all.
          Victim victim =
              Victim.values()[kill <= 5 ? kill - 1 : random.nextInt(Victim.values().length)];
          long committed = load.committed();
          Await.until("the load goes on", LIMIT, () -> load.committed() > committed + 50);
          pause(random, 1_500);
          System.out.printf("kill %d: %s after %d commits%n", kill, victim, load.committed());
          switch (victim) {
            case PRODUCER -> {
              producer.kill();
              pause(random, 1_000);
              producer = twin.start("producer", "producer");
            }
            case CONSUMER -> {
              consumer.kill();
              pause(random, 1_000);
              consumer = twin.start("consumer", "consumer");
            }
            case BROKER -> killAndRestart(twin.lab().broker(), random);
            case SECONDARY -> killAndRestart(twin.lab().secondary(), random);
            case PRIMARY -> killAndRestart(twin.lab().primary(), random);
          }
          assertThat(producer.isAlive()).as(twin.logs()).isTrue();
          assertThat(consumer.isAlive()).as(twin.logs()).isTrue();
        }
        result = load.stop();
      }
      System.out.println(result);
      twin.awaitInStep();
      twin.assertIdentical();
      try (Connection secondary = twin.secondary()) {
        long history = Twin.number(secondary, "SELECT count(*) FROM pgbench_history");
        assertThat(history)
            .isBetween(result.transactions(), result.transactions() + result.uncertain());
        assertThat(Twin.number(secondary, "SELECT mismatches FROM duplex.applied")).isZero();
      }
    }
  }

  private static void killAndRestart(Server server, Random random) throws Exception {
    server.kill();
    pause(random, 1_000);
    server.start();
  }

  /** A random moment is the point here: faults must not come only where the test waits. */
  private static void pause(Random random, int atMostMillis) throws InterruptedException {
    Thread.sleep(random.nextInt(atMostMillis));
  }
}
