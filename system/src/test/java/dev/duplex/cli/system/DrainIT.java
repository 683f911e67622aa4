package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A long outage's changes are drained with 256 MB of heap. {@code -Dduplex.spool.megabytes=1024}
 * makes it 1 GB, {@code -Dduplex.row.bytes=20000} of larger rows.
 */
class DrainIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int CLIENTS = 4;
  private static final int ROW_BYTES = Integer.getInteger("duplex.row.bytes", 2_000);
  private static final int MEGABYTES = Integer.getInteger("duplex.spool.megabytes", 12);

  @Test
  void shouldDrainWhatALongOutageHasLeft() throws Exception {
    try (Twin twin = new Twin("")) {
      twin.onPrimary("CREATE TABLE document (id int PRIMARY KEY, content text)");
      twin.succeed("init");
      ChildProcess producer = twin.start("producer", "producer");
      var unused = twin.start("consumer", "consumer");
      twin.onPrimary("INSERT INTO document VALUES (-1, 'the first')");
      twin.awaitInStep();
      twin.lab().broker().kill();
      int rows = MEGABYTES * 1_000_000 / ROW_BYTES;
      long began = System.nanoTime();
      write(twin, rows);
      double writing = seconds(began);
      Path directory = twin.spool();
      Await.until("all is spooled", LIMIT, () -> isSpooled(twin));
      long bytes = bytes(directory);
      twin.lab().broker().start();
      Await.until("the drain has begun", LIMIT, () -> twin.logs().contains("SPOOLING -> DRAINING"));
      long drainBegan = System.nanoTime();
      Await.until("it is drained", LIMIT, () -> bytes(directory) == 0);
      double draining = seconds(drainBegan);
      System.out.printf(
          "DrainIT: %d rows of %d bytes, %d MB of diff files; written in %.1f s, drained in %.1f s:"
              + " %.1f times as fast%n",
          rows, ROW_BYTES, bytes / 1_000_000, writing, draining, writing / draining);
      assertThat(producer.isAlive()).as(twin.logs()).isTrue();
      twin.awaitInStep();
      twin.assertIdentical();
    }
  }

  /** As fast as the primary takes single rows from four clients. */
  private static void write(Twin twin, int rows) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int first = client;
        results.add(
            clients.submit(
                () -> {
                  write(twin, first, rows);
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private static void write(Twin twin, int first, int rows) throws Exception {
    Random random = new Random(first);
    StringBuilder content = new StringBuilder(ROW_BYTES);
    try (Connection connection = twin.primary();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO document VALUES (?, ?)")) {
      for (int id = first; id < rows; id += CLIENTS) {
        content.setLength(0);
        while (content.length() < ROW_BYTES) {
          content.append((char) (' ' + random.nextInt(90))); // so that it hardly compresses
        }
        insert.setInt(1, id);
        insert.setString(2, content.toString());
        insert.executeUpdate();
      }
    }
  }

  private static boolean isSpooled(Twin twin) throws Exception {
    try (Connection connection = twin.primary()) {
      return Twin.number(
              connection,
              "SELECT pg_current_wal_lsn() - confirmed_flush_lsn FROM pg_replication_slots"
                  + " WHERE slot_name = '"
                  + twin.link().slot()
                  + "'")
          < 1_000_000;
    }
  }

  private static long bytes(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("diff-"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }
}
