package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.ChildProcess;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Promises 2 and 8: a transaction of a million rows passes through 256 MB of heap, and the
 * secondary never shows a part of it.
 */
class LargeTransactionIT {
  private static final int ROWS = 1_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @Test
  void shouldApplyItWholeWhenPublishedWhole() throws Exception {
    shouldApplyItWhole("relay: { max-transaction: { rows: 2000000, bytes: 1GB } }", false);
  }

  @Test
  void shouldApplyItWholeWhenCutAndEachProcessIsKilledInTheMiddle() throws Exception {
    shouldApplyItWhole("relay: { max-transaction: { rows: 20000 } }", true);
  }

  private static void shouldApplyItWhole(String relay, boolean kill) throws Exception {
    try (Twin twin = new Twin(relay)) {
      twin.onPrimary("CREATE TABLE big (id int PRIMARY KEY, name text NOT NULL, amount bigint)");
      twin.succeed("init");
      ChildProcess producer = twin.start("producer", "producer");
      ChildProcess consumer = twin.start("consumer", "consumer");
      twin.awaitInStep();
      twin.onPrimary(
          "INSERT INTO big SELECT i, 'row number ' || i, i * 7 FROM generate_series(1, "
              + ROWS
              + ") i");
      long begin = System.nanoTime();
      long count;
      int looks = 0;
      try (Connection secondary = twin.secondary()) {
        do {
          count = Twin.number(secondary, "SELECT count(*) FROM big");
          looks++;
          assertThat(count).isIn(0L, (long) ROWS);
          if (kill && looks == 200) {
            producer.kill();
            producer = twin.start("producer", "producer");
          } else if (kill && looks == 2_000) {
            consumer.kill();
            consumer = twin.start("consumer", "consumer");
          }
          assertThat(System.nanoTime() - begin).as(twin.logs()).isLessThan(LIMIT.toNanos());
        } while (count == 0);
      }
      System.out.printf(
          "visible whole after %d ms, %d looks before%n",
          (System.nanoTime() - begin) / 1_000_000, looks);
      assertThat(looks).isGreaterThan(10);
      twin.onPrimary("UPDATE big SET amount = amount + 1");
      twin.awaitInStep();
      twin.assertIdentical();
      assertThat(producer.isAlive()).as(twin.logs()).isTrue();
      assertThat(consumer.isAlive()).as(twin.logs()).isTrue();
    }
  }
}
