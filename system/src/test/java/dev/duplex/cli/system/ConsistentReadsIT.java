package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.TpcbRun;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Promise 2: under pgbench's TPC-B the four sums of the secondary are equal in every snapshot.
 *
 * <p>Starting from a copy of a database that is being written to. {@code -Dduplex.scale=10} makes
 * it a million accounts, as {@code -Psoak} does; the checks then take minutes on two cores.
 */
class ConsistentReadsIT {
  private static final int SCALE = Integer.getInteger("duplex.scale", 1);
  private static final int CHECKS = Integer.getInteger("duplex.checks", 150);
  private static final Duration LIMIT = Duration.ofMinutes(8);

  @Test
  void shouldShowOnlyStatesThatThePrimaryHad() throws Exception {
    try (Twin twin = new Twin("")) {
      twin.initializeTpcb(SCALE);
      try (TpcbRun load = twin.workload(1).atMost(500).start()) {
        twin.succeed("init", "--copy");
        twin.start("producer", "producer");
        twin.start("consumer", "consumer");
        twin.awaitCopied();
        int checks = 0;
        long states = 0;
        long lastSum = Long.MIN_VALUE;
        long begin = System.nanoTime();
        try (Connection secondary = twin.secondary()) {
          // The reader must leave the two cores to those that it watches.
          Twin.number(
              secondary, "SELECT set_config('max_parallel_workers_per_gather', '0', false)::int");
          secondary.setReadOnly(true);
          secondary.setAutoCommit(false);
          secondary.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
          while (checks < CHECKS) {
            long branches = Twin.number(secondary, "SELECT sum(bbalance) FROM pgbench_branches");
            long tellers = Twin.number(secondary, "SELECT sum(tbalance) FROM pgbench_tellers");
            long history = Twin.number(secondary, "SELECT sum(delta) FROM pgbench_history");
            long accounts = Twin.number(secondary, "SELECT sum(abalance) FROM pgbench_accounts");
            secondary.commit();
            checks++;
            assertThat(tellers).as("tellers, check %s", checks).isEqualTo(branches);
            assertThat(history).as("history, check %s", checks).isEqualTo(branches);
            assertThat(accounts).as("accounts, check %s", checks).isEqualTo(branches);
            states += branches == lastSum ? 0 : 1;
            lastSum = branches;
            assertThat(System.nanoTime() - begin).as(twin.logs()).isLessThan(LIMIT.toNanos());
          }
        }
        load.stop();
        System.out.printf("%d checks saw %d different states%n", checks, states);
        // A standing secondary would pass every check.
        assertThat(states).as(twin.logs()).isGreaterThan(CHECKS / 10);
      }
      twin.awaitInStep();
      twin.assertIdentical();
    }
  }
}
