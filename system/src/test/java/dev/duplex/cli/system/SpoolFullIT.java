package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.TpcbRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An outage that the diff files have no room for: the primary's log keeps the rest. */
class SpoolFullIT {
  private static final int RATE = 800;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String FULL = "SPOOL_FULL";
  private static final String SMALL = ", max-size: 1MB, segment-size: 500KB";

  private Twin twin;
  private Services services;
  private Invariants invariants;

  @BeforeEach
  void start() throws Exception {
    twin = new Twin("");
    twin.initializeTpcb(1);
    twin.onPrimary("CREATE TABLE large (id int PRIMARY KEY, text text)");
    twin.succeed("init", "--copy");
    services = new Services(twin, SMALL, null, null);
    invariants = new Invariants(twin, services);
    invariants.awaitCopied();
  }

  @AfterEach
  void stop() {
    services.close();
    twin.close();
  }

  @Test
  void shouldGoOnByItselfWhenThereIsRoomWhateverFilledIt() throws Exception {
    try (TpcbRun load = twin.workload(1).atMost(RATE).start()) {
      fillWithManyTransactions(load);
      invariants.awaitRecovered();
      await("the diff files are drained", () -> !services.hasDiffFiles());
      fillWithOneThatIsLargerThanTheSpool();
      invariants.awaitRecovered();
      invariants.checkEnd(load.stop());
    } catch (AssertionError | Exception e) {
      throw new AssertionError(twin.logs(), e);
    }
  }

  private void fillWithManyTransactions(TpcbRun load) throws Exception {
    twin.lab().broker().kill();
    awaitFull(0);
    long committed = load.committed();
    long epoch = epoch();
    await("the primary is not held up", () -> load.committed() > committed + RATE);
    invariants.check();
    // The slot is free now; who took it from a holder that lives would have no more room.
    assertThat(epoch()).isLessThanOrEqualTo(epoch + 1);
    twin.lab().broker().start();
  }

  private void fillWithOneThatIsLargerThanTheSpool() throws Exception {
    int before = services.howOftenProducersSaid(FULL);
    twin.lab().broker().kill();
    await("changes are spooled", services::hasDiffFiles);
    twin.onPrimary(
        "INSERT INTO large SELECT i, md5(i::text) || md5((-i)::text)"
            + " FROM generate_series(1, 100000) i");
    awaitFull(before);
    invariants.check();
    twin.lab().broker().start();
  }

  private void awaitFull(int before) throws Exception {
    await("the diff files are full", () -> services.howOftenProducersSaid(FULL) > before);
  }

  /** Rises with each takeover. */
  private long epoch() throws SQLException {
    try (Connection connection = twin.primary()) {
      return Twin.number(connection, "SELECT epoch FROM duplex.relay");
    }
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    Await.until(what, LIMIT, condition);
  }
}
