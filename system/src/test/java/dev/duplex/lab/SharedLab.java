package dev.duplex.lab;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One laboratory for all tests of this JVM; starting one for each class would take minutes. Tests
 * may kill its servers, which keep their data. The lab's own guard ends it with the JVM.
 */
public final class SharedLab {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static @Nullable Lab lab;
  private static boolean hooked;

  private SharedLab() {}

  /** The laboratory; starts those of its servers that do not run. */
  public static synchronized Lab get() throws IOException, InterruptedException {
    Lab running = lab;
    if (running == null) {
      // Some tests leave their slots, and some prepare transactions.
      running =
          Lab.of()
              .setting(Lab.Part.PRIMARY, "max_replication_slots", "100")
              .setting(Lab.Part.PRIMARY, "max_prepared_transactions", "2")
              .recordClasses()
              .start();
      lab = running;
      if (!hooked) {
        Runtime.getRuntime().addShutdownHook(new Thread(SharedLab::discard, "shared-lab-end"));
        hooked = true;
      }
    }
    for (Server server :
        List.of(running.primary(), running.secondary(), running.broker(), running.registry())) {
      server.start();
    }
    return running;
  }

  /** Ends it; the next who asks gets another one. */
  public static synchronized void discard() {
    Lab running = lab;
    lab = null;
    if (running != null) {
      running.close();
    }
  }

  /** Drops a database with its slots, which would hold the server's log, and ends who uses them. */
  public static void dropDatabase(PostgresServer server, String name)
      throws SQLException, InterruptedException {
    String slots = "FROM pg_replication_slots WHERE database = '" + name + "'";
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      Await.until(
          "the slots of " + name + " are dropped",
          LIMIT,
          () -> {
            statement.execute("SELECT pg_terminate_backend(active_pid) " + slots + " AND active");
            statement.execute("SELECT pg_drop_replication_slot(slot_name) " + slots);
            return true;
          });
      statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
  }

  /** A name for a link and its databases that no other test has. */
  public static String newName() {
    return "t" + NUMBER.incrementAndGet();
  }
}
