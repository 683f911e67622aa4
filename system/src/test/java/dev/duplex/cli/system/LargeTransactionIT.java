package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Promises 2 and 8: a transaction that is far larger than the heap passes through it, and the
 * secondary never shows a part of it: 400,000 rows through 128 MB, a million through the 256 MB
 * that users have with {@code -Dduplex.rows=1000000 -Dduplex.heap=256}, as {@code -Psoak} does.
 */
class LargeTransactionIT {
  private static final int ROWS = Integer.getInteger("duplex.rows", 400_000);
  private static final int HEAP_MEGABYTES = Integer.getInteger("duplex.heap", 128);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @Test
  void shouldApplyItWholeWhenPublishedWhole() throws Exception {
    try (Twin twin = twin("relay: { max-transaction: { rows: 2000000, bytes: 1GB } }")) {
      twin.start("producer", "producer");
      twin.start("consumer", "consumer");
      twin.awaitInStep();
      insert(twin);
      assertVisibleWholeOnly(twin);
      twin.onPrimary("UPDATE big SET amount = amount + 1");
      twin.awaitInStep();
      twin.assertIdentical();
    }
  }

  @Test
  void shouldApplyItWholeWhenCutAndEachProcessIsKilledInTheMiddle() throws Exception {
    try (Twin twin = twin("relay: { max-transaction: { rows: 10000 } }")) {
      ChildProcess producer = twin.start("producer", "producer");
      ChildProcess consumer = twin.start("consumer", "consumer");
      twin.awaitInStep();
      insert(twin);
      ExecutorService looker = Executors.newSingleThreadExecutor();
      try {
        Future<?> looks = looker.submit(() -> assertVisibleWholeOnly(twin), null);
        awaitCutAt(twin, ROWS / 10);
        producer.kill();
        producer = twin.start("producer", "producer");
        awaitCutAt(twin, ROWS / 4);
        consumer.kill();
        consumer = twin.start("consumer", "consumer");
        awaitCutAt(twin, ROWS * 2 / 5);
        twin.lab().broker().kill();
        twin.lab().broker().start();
        awaitCutAt(twin, ROWS * 11 / 20);
        twin.lab().primary().kill();
        twin.lab().primary().start();
        awaitCutAt(twin, ROWS * 7 / 10);
        twin.lab().secondary().kill();
        twin.lab().secondary().start();
        looks.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      } finally {
        looker.shutdownNow();
      }
      assertThat(producer.isAlive()).as(twin.logs()).isTrue();
      assertThat(consumer.isAlive()).as(twin.logs()).isTrue();
      twin.awaitInStep();
      twin.assertIdentical();
    }
  }

  private static Twin twin(String relay) throws Exception {
    Twin twin = new Twin(relay);
    try {
      twin.heapMegabytes(HEAP_MEGABYTES);
      twin.onPrimary("CREATE TABLE big (id int PRIMARY KEY, name text NOT NULL, amount bigint)");
      twin.succeed("init");
      return twin;
    } catch (Exception | AssertionError e) {
      twin.close();
      throw e;
    }
  }

  private static void insert(Twin twin) throws Exception {
    twin.onPrimary(
        "INSERT INTO big SELECT i, 'row number ' || i, i * 7 FROM generate_series(1, "
            + ROWS
            + ") i");
  }

  /** Waits until this many of the transaction's changes are committed to Kafka, but not all. */
  private static void awaitCutAt(Twin twin, long order) throws Exception {
    Await.until(
        "change " + order + " is published",
        LIMIT,
        () -> {
          Progress head = twin.heads().get(Role.PRODUCER);
          return head != null && head.getCutPosition() != null && head.getCutOrder() >= order;
        });
  }

  private static void assertVisibleWholeOnly(Twin twin) {
    long begin = System.nanoTime();
    long count = 0;
    int looks = 0;
    while (count == 0) {
      assertThat(System.nanoTime() - begin).as("waited for the rows").isLessThan(LIMIT.toNanos());
      try (Connection secondary = twin.secondary()) {
        while (count == 0 && System.nanoTime() - begin < LIMIT.toNanos()) {
          count = Twin.number(secondary, "SELECT count(*) FROM big");
          looks++;
          assertThat(count).isIn(0L, (long) ROWS);
        }
      } catch (SQLException e) {
        // The secondary is one of those that are killed; the limit above ends this.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
    System.out.printf(
        "visible whole after %d ms, %d looks before%n",
        (System.nanoTime() - begin) / 1_000_000, looks);
    assertThat(looks).isGreaterThan(10);
  }
}
