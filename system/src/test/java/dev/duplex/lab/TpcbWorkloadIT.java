package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TpcbWorkloadIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private static Path directory;
  private static PostgresServer server;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.local(directory);
    server.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void initialize() throws Exception {
    try (Connection connection = server.connect("postgres")) {
      TpcbWorkload.initialize(connection, 1);
      assertThat(connection.getAutoCommit()).isTrue();
    }
    assertThat(number("SELECT count(*) FROM pgbench_branches")).isEqualTo(1);
    assertThat(number("SELECT count(*) FROM pgbench_tellers WHERE bid = 1")).isEqualTo(10);
    assertThat(number("SELECT count(*) FROM pgbench_accounts WHERE bid = 1")).isEqualTo(100_000);
  }

  @Test
  void shouldCommitExactlySoManyAndBalance() throws Exception {
    TpcbWorkload.Result result = TpcbWorkload.on(server, "postgres", 3, 42, false).run(1_000);
    assertThat(result.transactions()).isEqualTo(1_000);
    assertThat(result.failed() + result.uncertain() + result.connectionFailures()).isZero();
    assertThat(number("SELECT count(*) FROM pgbench_history")).isEqualTo(1_000);
    assertThat(result.p50()).isPositive().isLessThanOrEqualTo(result.longest());
    assertThat(result.transactionsPerSecond()).isPositive();
    assertBalanced();
  }

  @Test
  void shouldBeginNoMoreThanItMay() throws Exception {
    TpcbWorkload workload = TpcbWorkload.on(server, "postgres", 3, 42, false).atMost(100);
    assertThat(workload.run(60).transactionsPerSecond()).isLessThan(105);
    assertBalanced();
  }

  @Test
  void shouldGoOnAfterAnOutageAndCountHonestly() throws Exception {
    TpcbWorkload workload = TpcbWorkload.on(server, "postgres", 3, 42, true);
    try (TpcbRun run = workload.start()) {
      Await.until("the first", LIMIT, () -> run.committed() > 100);
      server.kill();
      long before = run.committed();
      server.start();
      Await.until("some more", LIMIT, () -> run.committed() > before + 100);
      TpcbWorkload.Result result = run.stop();
      assertThat(result.failed() + result.uncertain()).isBetween(1L, 3L);
      assertThat(number("SELECT count(*) FROM pgbench_history"))
          .isBetween(result.transactions(), result.transactions() + result.uncertain());
    }
    assertBalanced();
  }

  @Test
  void shouldEndWithTheFirstErrorUnlessTold() throws Exception {
    try (TpcbRun run = TpcbWorkload.on(server, "postgres", 2, 42, false).start()) {
      Await.until("the first", LIMIT, () -> run.committed() > 100);
      server.kill();
      Await.until("the end", LIMIT, () -> !run.isRunning());
      assertThatThrownBy(run::stop)
          .isInstanceOf(LabException.class)
          .message()
          .doesNotContain(server.password());
    } finally {
      server.start();
    }
  }

  @Test
  void shouldSayThatTablesAreEmpty() throws Exception {
    try (Connection connection = server.connect("postgres")) {
      TpcbWorkload.initialize(connection, 0);
    }
    assertThatThrownBy(
            () -> TpcbWorkload.on(server, "postgres", 1, 42, true).run(Duration.ofSeconds(5)))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("initialize");
  }

  private static void assertBalanced() throws SQLException {
    long history = number("SELECT coalesce(sum(delta), 0) FROM pgbench_history");
    assertThat(number("SELECT sum(abalance) FROM pgbench_accounts")).isEqualTo(history);
    assertThat(number("SELECT sum(tbalance) FROM pgbench_tellers")).isEqualTo(history);
    assertThat(number("SELECT sum(bbalance) FROM pgbench_branches")).isEqualTo(history);
  }

  private static long number(String sql) throws SQLException {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
