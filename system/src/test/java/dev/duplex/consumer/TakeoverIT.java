package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.database.target.TargetLease;
import dev.duplex.database.target.TargetSession;
import dev.duplex.lab.Await;
import dev.duplex.lab.SharedLab;
import dev.duplex.postgres.target.PostgresTarget;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.time.Time;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class TakeoverIT {
  private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL)";
  private static final int ROWS = 20;

  private static void publishRounds(TestLink test, Table table, int from, int to) {
    for (int round = from; round < to; round++) {
      TestPublisher.Transaction transaction = test.publisher.begin();
      for (int id = 0; id < ROWS; id++) {
        transaction.update(table, Integer.toString(id), Integer.toString(round));
      }
      transaction.commit();
    }
  }

  private static void publishRows(TestLink test, Table table) {
    TestPublisher.Transaction transaction = test.publisher.begin();
    for (int id = 0; id < ROWS; id++) {
      transaction.insert(table, Integer.toString(id), "0");
    }
    transaction.commit();
  }

  @Test
  void shouldNeverShowHalfATransaction() throws Exception {
    try (TestLink test = TestLink.createWith("apply: { max-group: { rows: 50 } }", TABLE)) {
      Table table = test.table("t");
      publishRows(test, table);
      test.startApplier();
      test.awaitApplied();
      AtomicBoolean done = new AtomicBoolean();
      ExecutorService thread = Executors.newSingleThreadExecutor();
      Future<Integer> states = thread.submit(() -> watch(test, done));
      publishRounds(test, table, 1, 200);
      test.awaitApplied();
      done.set(true);
      assertThat(states.get(10, TimeUnit.SECONDS)).isGreaterThan(1);
      thread.shutdown();
    }
  }

  /** Every state seen must be one of the primary's: all rows have the number of one round. */
  private static int watch(TestLink test, AtomicBoolean done) throws SQLException {
    int seen = 0;
    String sql = "SELECT min(v), max(v), count(*) FROM t";
    try (Connection connection = test.connect();
        Statement statement = connection.createStatement()) {
      int last = -1;
      while (!done.get()) {
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          assertThat(row.getInt(1)).isEqualTo(row.getInt(2)).isGreaterThanOrEqualTo(last);
          assertThat(row.getInt(3)).isEqualTo(ROWS);
          seen += row.getInt(1) == last ? 0 : 1;
          last = row.getInt(1);
        }
      }
    }
    return seen;
  }

  @Test
  void shouldGoOnAfterTheSecondaryWasKilled() throws Exception {
    try (TestLink test = TestLink.createWith("apply: { max-group: { rows: 100 } }", TABLE)) {
      Table table = test.table("t");
      publishRows(test, table);
      TestLink.RunningApplier applier = test.startApplier();
      for (int kill = 1; kill <= 2; kill++) {
        publishRounds(test, table, kill * 100, kill * 100 + 100);
        SharedLab.get().secondary().kill();
        Await.until(
            "the applier to notice",
            TestLink.LIMIT,
            () -> applier.status().state() == ApplierState.WAITING);
        SharedLab.get().secondary().start();
        test.awaitApplied();
        Await.until(
            "the applier to be back",
            TestLink.LIMIT,
            () -> applier.status().state() == ApplierState.APPLYING);
      }
      assertThat(test.query("SELECT min(v), max(v), count(*) FROM t")).isEqualTo("299|299|20");
      assertThat(test.checkpoint().totals().transactions()).isEqualTo(201);
      assertThat(test.checkpoint().totals().changes()).isEqualTo(201 * ROWS);
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  @Test
  void shouldHandOverToAStandby() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      publishRows(test, table);
      TestLink.RunningApplier first = test.startApplier();
      test.awaitApplied();
      TestLink.RunningApplier second = test.startApplier();
      publishRounds(test, table, 1, 5);
      test.awaitApplied();
      assertThat(second.status().state()).isEqualTo(ApplierState.STANDBY);
      long epoch = test.checkpoint().epoch();
      // Its session ends, as when a standby terminates it.
      for (int i = 0; i < 20 && second.status().state() == ApplierState.STANDBY; i++) {
        terminateHolder(test);
        publishRounds(test, table, 5 + i, 6 + i);
        test.awaitApplied();
      }
      assertThat(test.checkpoint().epoch()).isGreaterThan(epoch);
      first.close();
      publishRounds(test, table, 100, 110);
      test.awaitApplied();
      assertThat(second.status().state()).isEqualTo(ApplierState.APPLYING);
      assertThat(test.query("SELECT min(v), max(v) FROM t")).isEqualTo("109|109");
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  private static void terminateHolder(TestLink test) throws SQLException {
    test.query(
        "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l USING (pid)"
            + " WHERE l.locktype = 'advisory' AND a.datname = current_database()");
  }

  @Test
  void shouldTerminateAHolderThatDoesNotMove() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      publishRows(test, table);
      // A process that is stopped looks like this session: it holds the lock and does nothing.
      PostgresTarget target =
          new PostgresTarget(test.config().secondary().database(), Time.system());
      TargetSession frozen = target.open(new Link(test.link.name()), Instance.create());
      try {
        TargetLease lease = frozen.lease(Duration.ofMinutes(1));
        assertThat(lease.tryAcquire()).isTrue();
        frozen.commit();
        TestLink.RunningApplier applier = test.startApplier();
        long start = System.nanoTime();
        test.awaitApplied();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isGreaterThan(Duration.ofSeconds(1));
        assertThat(applier.status().state()).isEqualTo(ApplierState.APPLYING);
        assertThatThrownBy(frozen::deferConstraints).isInstanceOf(SQLException.class);
      } finally {
        frozen.close();
      }
    }
  }

  @Test
  void shouldBeFencedByANewPlaceToStart() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      publishRows(test, table);
      test.startApplier();
      test.awaitApplied();
      long epoch = test.checkpoint().epoch();
      test.execute("TRUNCATE t");
      test.restartFromTheBeginning();
      test.publisher.begin().update(table, "1", "1").commit();
      test.awaitApplied();
      assertThat(test.query("SELECT count(*) FROM t")).isEqualTo("20");
      assertThat(test.checkpoint().epoch()).isEqualTo(epoch + 2);
    }
  }
}
