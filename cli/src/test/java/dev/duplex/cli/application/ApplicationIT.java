package dev.duplex.cli.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Main;
import dev.duplex.config.CommitMode;
import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.Lab;
import dev.duplex.lab.PostgresServer;
import dev.duplex.producer.Duplex;
import dev.duplex.producer.DuplexListener;
import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.producer.datasource.CommitReceipt;
import dev.duplex.producer.datasource.DuplexConnection;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.StatusEvent;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An application with the relay in it, and a real consumer. */
class ApplicationIT {
  private static final String DATABASE = "bank";
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static Lab lab;
  private static Path file;
  private static ChildProcess consumer;

  @BeforeAll
  static void start() throws Exception {
    lab = Lab.of().start();
    lab.primary().createDatabase(DATABASE);
    lab.secondary().createDatabase(DATABASE);
    file = lab.directory().resolve("duplex.yaml");
    Files.writeString(
        file,
        """
        link: bank
        takeover-after: 4s
        primary: { %s }
        secondary: { %s }
        kafka: { bootstrap.servers: "%s" }
        registry: { url: "%s" }
        topics: { replication-factor: 1 }
        spool: { directory: "%s" }
        commit: { mode: applied, timeout: 4s }
        status: { diverged-after: 3s }
        """
            .formatted(
                access(lab.primary()),
                access(lab.secondary()),
                lab.broker().bootstrapServers(),
                lab.registry().url(),
                lab.directory().resolve("spool")));
    try (Connection connection = lab.primary().connect(DATABASE)) {
      execute(connection, "CREATE TABLE account (id int PRIMARY KEY, balance bigint)");
    }
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    assertThat(Main.run(new String[] {"init", "-c", file.toString()}, nowhere, nowhere)).isZero();
    consumer =
        ChildProcess.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "consumer",
                "-c",
                file.toString()),
            Map.of(),
            lab.directory(),
            lab.directory().resolve("consumer.log"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (consumer != null) {
      consumer.kill();
    }
    lab.close();
  }

  @Test
  void shouldHaveOnTheSecondaryWhateverACommitSaysIsApplied() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    try (Duplex duplex = Duplex.open(DuplexConfig.load(file))) {
      duplex.addListener(listener(heard));
      Await.until(
          "the first commit is applied",
          LIMIT,
          () ->
              commit(duplex, CommitMode.APPLIED, "DELETE FROM account").isComplete()
                  && duplex.status().state() == LinkState.IN_SYNC);
      heard.clear();
      for (int i = 0; i < 50; i++) {
        CommitReceipt receipt =
            commit(duplex, CommitMode.APPLIED, "INSERT INTO account VALUES (" + i + ", 100)");
        assertThat(receipt.achieved()).isEqualTo(CommitLevel.APPLIED);
        assertThat(onSecondary("SELECT count(*) FROM account")).isEqualTo(i + 1);
      }
      shouldWithstandTheLossOfTheSecondary(duplex, heard);
      shouldWithstandTheLossOfTheBroker(duplex, heard);
    }
  }

  private static void shouldWithstandTheLossOfTheSecondary(Duplex duplex, List<String> heard)
      throws Exception {
    lab.secondary().kill();
    CommitReceipt first = commit(duplex, CommitMode.APPLIED, "INSERT INTO account VALUES (100, 1)");
    assertThat(first.achieved()).isEqualTo(CommitLevel.PUBLISHED);
    long start = System.nanoTime();
    CommitReceipt second =
        commit(duplex, CommitMode.APPLIED, "INSERT INTO account VALUES (101, 1)");
    assertThat(second.achieved()).isEqualTo(CommitLevel.PUBLISHED);
    assertThat(
            commit(duplex, CommitMode.PUBLISHED, "DELETE FROM account WHERE id = 101").achieved())
        .isEqualTo(CommitLevel.PUBLISHED);
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(1_500);
    Await.until("a listener hears of it", LIMIT, () -> !heard.isEmpty());
    lab.secondary().start();
    awaitProtected(duplex, heard);
    assertThat(onSecondary("SELECT count(*) FROM account")).isEqualTo(51);
  }

  private static void shouldWithstandTheLossOfTheBroker(Duplex duplex, List<String> heard)
      throws Exception {
    heard.clear();
    lab.broker().kill();
    assertThat(commit(duplex, CommitMode.APPLIED, "UPDATE account SET balance = 2").achieved())
        .isEqualTo(CommitLevel.LOCAL);
    assertThat(lab.directory().resolve("spool").resolve("bank").resolve("unprotected")).exists();
    Await.until("a listener hears of it", LIMIT, () -> !heard.isEmpty());
    lab.broker().start();
    awaitProtected(duplex, heard);
    assertThat(onSecondary("SELECT count(*) FROM account WHERE balance = 2")).isEqualTo(51);
  }

  private static void awaitProtected(Duplex duplex, List<String> heard) throws Exception {
    Path marker = lab.directory().resolve("spool").resolve("bank").resolve("unprotected");
    Await.until(
        "commits are applied again; heard " + heard,
        LIMIT,
        () ->
            duplex.status().state() == LinkState.IN_SYNC
                && !Files.exists(marker)
                && commit(duplex, CommitMode.APPLIED, "DELETE FROM account WHERE id = -1")
                    .isComplete());
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
      execute(connection, sql);
      connection.commit();
      CommitReceipt receipt = ours.lastCommit();
      if (receipt == null) {
        throw new AssertionError("no receipt");
      }
      return receipt;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long onSecondary(String query) throws SQLException {
    try (Connection connection = lab.secondary().connect(DATABASE);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String access(PostgresServer server) {
    return "jdbc-url: \"%s\", username: \"%s\", password: \"%s\""
        .formatted(server.jdbcUrl(DATABASE), server.username(), server.password());
  }
}
