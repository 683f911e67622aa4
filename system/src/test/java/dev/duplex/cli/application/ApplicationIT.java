package dev.duplex.cli.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.CommitMode;
import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.Await;
import dev.duplex.producer.Duplex;
import dev.duplex.producer.DuplexListener;
import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.producer.datasource.CommitReceipt;
import dev.duplex.producer.datasource.DuplexConnection;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.StatusEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An application with the relay in it, and a real consumer. */
class ApplicationIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int COMMITS = Integer.getInteger("duplex.commits", 200);
  private static final int MANY = 10;
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  // A commit that writes nothing would wait for nothing.
  private static final String TOUCH =
      "INSERT INTO account VALUES (-1, 0)"
          + " ON CONFLICT (id) DO UPDATE SET balance = account.balance + 1";

  private static ApplicationLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = new ApplicationLab("commit: { mode: applied, timeout: 4s }");
    var unused = lab.startConsumer();
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @Test
  void shouldHaveOnTheSecondaryWhateverACommitSaysIsApplied() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    try (Duplex duplex = Duplex.open(DuplexConfig.load(lab.config()))) {
      duplex.addListener(listener(heard));
      Await.until(
          "the first commit is applied",
          LIMIT,
          () ->
              commit(duplex, CommitMode.APPLIED, TOUCH).isComplete()
                  && duplex.status().state() == LinkState.IN_SYNC);
      heard.clear();
      for (int i = 0; i < COMMITS; i++) {
        CommitReceipt receipt =
            commit(duplex, CommitMode.APPLIED, "INSERT INTO account VALUES (" + i + ", 100)");
        assertThat(receipt.achieved()).isEqualTo(CommitLevel.APPLIED);
        assertThat(onSecondary("SELECT count(*) FROM account WHERE id >= 0")).isEqualTo(i + 1);
      }
      shouldWithstandTheLossOfTheSecondary(duplex, heard);
      shouldWithstandTheLossOfTheBroker(duplex, heard);
    }
  }

  private static void shouldWithstandTheLossOfTheSecondary(Duplex duplex, List<String> heard)
      throws Exception {
    lab.servers().secondary().kill();
    CommitReceipt first =
        commit(duplex, CommitMode.APPLIED, "INSERT INTO account VALUES (" + COMMITS + ", 1)");
    assertThat(first.achieved()).isEqualTo(CommitLevel.PUBLISHED);
    long start = System.nanoTime();
    for (int i = 0; i < MANY; i++) {
      assertThat(commit(duplex, CommitMode.APPLIED, TOUCH).achieved())
          .isEqualTo(CommitLevel.PUBLISHED);
    }
    assertThat(commit(duplex, CommitMode.PUBLISHED, TOUCH).achieved())
        .isEqualTo(CommitLevel.PUBLISHED);
    // None has waited the timeout out, as the first one had to.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(MANY));
    Await.until("a listener hears of it", LIMIT, () -> !heard.isEmpty());
    lab.servers().secondary().start();
    awaitProtected(duplex, heard);
    assertThat(onSecondary("SELECT count(*) FROM account WHERE id >= 0")).isEqualTo(COMMITS + 1);
  }

  private static void shouldWithstandTheLossOfTheBroker(Duplex duplex, List<String> heard)
      throws Exception {
    heard.clear();
    lab.servers().broker().kill();
    assertThat(commit(duplex, CommitMode.APPLIED, "UPDATE account SET balance = 2").achieved())
        .isEqualTo(CommitLevel.LOCAL);
    assertThat(lab.directory().resolve("unprotected")).exists();
    Await.until("a listener hears of it", LIMIT, () -> !heard.isEmpty());
    lab.servers().broker().start();
    awaitProtected(duplex, heard);
    assertThat(onSecondary("SELECT count(*) FROM account WHERE balance = 2 AND id >= 0"))
        .isEqualTo(COMMITS + 1);
  }

  private static void awaitProtected(Duplex duplex, List<String> heard) throws Exception {
    Path marker = lab.directory().resolve("unprotected");
    Await.until(
        "commits are applied again; heard " + heard,
        LIMIT,
        () ->
            duplex.status().state() == LinkState.IN_SYNC
                && !Files.exists(marker)
                && commit(duplex, CommitMode.APPLIED, TOUCH).isComplete());
    assertThat(heard.stream().filter(fact -> fact.startsWith("recovered")))
        .hasSameSizeAs(heard.stream().filter(fact -> fact.startsWith("diverged")).toList());
  }

  private static DuplexListener listener(List<String> heard) {
    return new DuplexListener() {
      @Override
      public void diverged(StatusEvent event) {
        heard.add("diverged " + event.getReason());
      }

      @Override
      public void recovered(StatusEvent event) {
        heard.add("recovered " + event.getReason());
      }

      @Override
      public void halted(StatusEvent event) {
        heard.add("halted " + event.getReason());
      }
    };
  }

  private static CommitReceipt commit(Duplex duplex, CommitMode mode, String sql)
      throws SQLException {
    try (Connection connection = duplex.dataSource().getConnection()) {
      DuplexConnection ours = connection.unwrap(DuplexConnection.class);
      ours.setCommitMode(mode);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
      connection.commit();
      CommitReceipt receipt = ours.lastCommit();
      if (receipt == null) {
        throw new AssertionError("no receipt");
      }
      return receipt;
    }
  }

  private static long onSecondary(String query) throws SQLException {
    return lab.onSecondary(query);
  }
}
