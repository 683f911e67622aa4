package dev.duplex.producer;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.duplex.config.CommitMode;
import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.Await;
import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.producer.datasource.CommitReceipt;
import dev.duplex.producer.datasource.DivergenceWarning;
import dev.duplex.producer.datasource.DuplexConnection;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.status.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The library on real parts; only the applier is simulated. */
class DuplexIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MANY = 10;
  private static PrimaryLab lab;

  private final AtomicInteger ids = new AtomicInteger();

  /** What a listener heard, as in {@code diverged BROKER_UNREACHABLE}. */
  private static final class Heard implements DuplexListener {
    private final List<String> facts = new CopyOnWriteArrayList<>();

    @Override
    public void diverged(StatusEvent event) {
      facts.add("diverged " + event.getReason());
    }

    @Override
    public void recovered(StatusEvent event) {
      facts.add("recovered " + event.getReason());
    }

    @Override
    public void halted(StatusEvent event) {
      facts.add("halted " + event.getReason());
    }

    void await(String fact) throws InterruptedException {
      Await.until(fact + ", heard " + facts, LIMIT, () -> facts.contains(fact));
    }
  }

  @BeforeAll
  static void start() throws Exception {
    lab = new PrimaryLab();
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
  }

  @Test
  void shouldReachEachLevel() throws Exception {
    DuplexConfig config = link("levels", "");
    try (SimulatedApplier applier = new SimulatedApplier(config);
        Duplex duplex = opened(config)) {
      CommitReceipt async = insert(duplex, CommitMode.ASYNC);
      assertThat(async.achieved()).isEqualTo(CommitLevel.LOCAL);
      assertThat(async.isComplete()).isTrue();
      assertThat(async.linkState()).isEqualTo(LinkState.IN_SYNC);
      CommitReceipt published = insert(duplex, CommitMode.PUBLISHED);
      assertThat(published.achieved()).isEqualTo(CommitLevel.PUBLISHED);
      assertThat(published.singleCopy()).isTrue();
      assertThat(lab.awaitHead(config, head -> head.getTransactions() == 2).getChanges())
          .isEqualTo(2);
      assertThat(insert(duplex, CommitMode.APPLIED).achieved()).isEqualTo(CommitLevel.APPLIED);
      // What is not replicated has nothing to wait for but the log.
      assertThat(
              execute(duplex, CommitMode.APPLIED, "CREATE TABLE public.other (id int)").achieved())
          .isEqualTo(CommitLevel.APPLIED);
      assertThat(duplex.status().state()).isEqualTo(LinkState.IN_SYNC);
    }
  }

  @Test
  void shouldFollowARelayInAnotherProcess() throws Exception {
    DuplexConfig config = link("outside", "relay: external");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        SimulatedApplier applier = new SimulatedApplier(config);
        Duplex duplex = opened(config)) {
      for (int i = 0; i < 20; i++) {
        assertThat(insert(duplex, CommitMode.APPLIED).achieved()).isEqualTo(CommitLevel.APPLIED);
      }
      assertThat(execute(duplex, CommitMode.PUBLISHED, "ANALYZE").isComplete()).isTrue();
    }
  }

  @Test
  void shouldServeManyThreads() throws Exception {
    DuplexConfig config = link("crowd", "");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (SimulatedApplier applier = new SimulatedApplier(config);
        Duplex duplex = opened(config)) {
      List<CommitMode> modes = List.of(CommitMode.values());
      List<Future<CommitReceipt>> commits = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        CommitMode mode = modes.get(i % modes.size());
        commits.add(threads.submit(() -> insert(duplex, mode)));
      }
      for (Future<CommitReceipt> commit : commits) {
        assertThat(commit.get(60, TimeUnit.SECONDS).isComplete()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldWaitInVainOnlyOnceWhileTheSecondaryIsBehind() throws Exception {
    DuplexConfig config = link("behind", "commit: { timeout: 2s }");
    Path marker = config.spool().directory().resolve("behind").resolve("unprotected");
    Heard heard = new Heard();
    try (SimulatedApplier applier = new SimulatedApplier(config);
        Duplex duplex = opened(config)) {
      duplex.addListener(heard);
      assertThat(insert(duplex, CommitMode.APPLIED).isComplete()).isTrue();
      applier.applying(false);
      try (Connection connection = duplex.dataSource().getConnection()) {
        DuplexConnection ours = connection.unwrap(DuplexConnection.class);
        ours.setCommitMode(CommitMode.APPLIED);
        connection.setAutoCommit(false);
        insert(connection);
        assertThat(marker).doesNotExist();
        connection.commit();
        assertThat(marker).exists();
        assertThat(Files.readString(marker)).contains("achieved=PUBLISHED");
        assertThat((Object) connection.getWarnings()).isInstanceOf(DivergenceWarning.class);
        CommitReceipt receipt = ours.lastCommit();
        assertThat(receipt).isNotNull();
        assertThat(receipt.achieved()).isEqualTo(CommitLevel.PUBLISHED);
        assertThat(receipt.linkState()).isEqualTo(LinkState.DIVERGED);
        assertThat(receipt.reason()).contains(Reason.SECONDARY_BEHIND);
      }
      heard.await("diverged SECONDARY_BEHIND");
      long start = System.nanoTime();
      for (int i = 0; i < MANY; i++) {
        assertThat(insert(duplex, CommitMode.APPLIED).achieved()).isEqualTo(CommitLevel.PUBLISHED);
      }
      assertThat(insert(duplex, CommitMode.PUBLISHED).isComplete()).isTrue();
      assertNoneWaited(start, config);
      applier.applying(true);
      heard.await("recovered SECONDARY_BEHIND");
      Await.until("the marker is gone", LIMIT, () -> !Files.exists(marker));
      assertThat(insert(duplex, CommitMode.APPLIED).isComplete()).isTrue();
      assertThat(heard.facts)
          .containsExactly("diverged SECONDARY_BEHIND", "recovered SECONDARY_BEHIND");
    }
  }

  @Test
  void shouldNotWaitAtAllForASecondaryThatIsReportedDown() throws Exception {
    DuplexConfig config = link("down", "commit: { timeout: 30s }");
    Heard heard = new Heard();
    try (SimulatedApplier applier = new SimulatedApplier(config);
        Duplex duplex = opened(config)) {
      applier.applying(false);
      applier.reporter().report(Observation.diverged(Reason.SECONDARY_DOWN, 1, "refused"));
      duplex.addListener(heard);
      heard.await("diverged SECONDARY_DOWN");
      long start = System.nanoTime();
      for (int i = 1; i < MANY; i++) {
        insert(duplex, CommitMode.APPLIED);
      }
      CommitReceipt receipt = insert(duplex, CommitMode.APPLIED);
      assertNoneWaited(start, config);
      assertThat(receipt.achieved()).isEqualTo(CommitLevel.PUBLISHED);
      assertThat(receipt.reason()).contains(Reason.SECONDARY_DOWN);
      applier.applying(true);
      applier.reporter().report(Observation.inSync(Reason.SECONDARY_DOWN, 2, "back"));
      heard.await("recovered SECONDARY_DOWN");
      assertThat(insert(duplex, CommitMode.APPLIED).isComplete()).isTrue();
    }
  }

  @Test
  void shouldCommitLocallyWhileTheBrokerIsAwayAndSayWhenItIsOver() throws Exception {
    DuplexConfig config = link("away", "commit: { mode: published, timeout: 3s }");
    Path marker = config.spool().directory().resolve("away").resolve("unprotected");
    Heard heard = new Heard();
    try (SimulatedApplier applier = new SimulatedApplier(config);
        Duplex duplex = opened(config)) {
      duplex.addListener(heard);
      assertThat(insert(duplex, CommitMode.PUBLISHED).isComplete()).isTrue();
      lab.lab().broker().kill();
      CommitReceipt first = insert(duplex, CommitMode.PUBLISHED);
      assertThat(first.achieved()).isEqualTo(CommitLevel.LOCAL);
      assertThat(first.linkState()).isEqualTo(LinkState.DIVERGED);
      assertThat(marker).exists();
      long start = System.nanoTime();
      for (int i = 0; i < MANY; i++) {
        assertThat(insert(duplex, CommitMode.PUBLISHED).achieved()).isEqualTo(CommitLevel.LOCAL);
      }
      assertNoneWaited(start, config);
      heard.await("diverged BROKER_UNREACHABLE");
      Await.until(
          "the relay reports it",
          LIMIT,
          () ->
              duplex.status().openIncidents().stream()
                  .anyMatch(event -> event.getObserver() == Observer.PRODUCER));
      assertThat(duplex.status().state()).isEqualTo(LinkState.DIVERGED);
      lab.lab().broker().start();
      heard.await("recovered BROKER_UNREACHABLE");
      Await.until("it is in sync", LIMIT, () -> duplex.status().state() == LinkState.IN_SYNC);
      Await.until("the marker is gone", LIMIT, () -> !Files.exists(marker));
      assertThat(insert(duplex, CommitMode.PUBLISHED).isComplete()).isTrue();
      assertThat(insert(duplex, CommitMode.APPLIED).isComplete()).isTrue();
    }
    assertThat(heard.facts).doesNotHaveDuplicates();
    assertThat(heard.facts).contains("diverged BROKER_UNREACHABLE", "recovered BROKER_UNREACHABLE");
  }

  @Test
  void shouldOpenCommitAndCloseWhileTheBrokerIsAway() throws Exception {
    DuplexConfig config = link("dark", "commit: { timeout: 1s }");
    lab.lab().broker().kill();
    try {
      Heard heard = new Heard();
      // All of it while the broker is away: whatever waited for it would never return.
      try (Duplex duplex = open(config)) {
        duplex.addListener(heard);
        assertThat(insert(duplex, CommitMode.ASYNC).isComplete()).isTrue();
        assertThat(insert(duplex, CommitMode.PUBLISHED).achieved()).isEqualTo(CommitLevel.LOCAL);
        heard.await("diverged BROKER_UNREACHABLE");
      }
    } finally {
      lab.lab().broker().start();
    }
  }

  @Test
  void shouldGoOnWithAnotherInstance() throws Exception {
    DuplexConfig config = link("pair", "commit: { timeout: 20s }");
    try (SimulatedApplier applier = new SimulatedApplier(config);
        Duplex first = opened(config);
        Duplex second = opened(config)) {
      assertThat(insert(first, CommitMode.APPLIED).isComplete()).isTrue();
      assertThat(insert(second, CommitMode.APPLIED).isComplete()).isTrue();
      first.close();
      first.close();
      assertThat(insert(second, CommitMode.APPLIED).isComplete()).isTrue();
    }
  }

  @Test
  void shouldNotWaitWhenTheThreadIsInterrupted() throws Exception {
    DuplexConfig config = link("interrupted", "commit: { timeout: 30s }");
    try (SimulatedApplier applier = new SimulatedApplier(config);
        Duplex duplex = opened(config)) {
      applier.applying(false);
      try (Connection connection = duplex.dataSource().getConnection()) {
        DuplexConnection ours = connection.unwrap(DuplexConnection.class);
        ours.setCommitMode(CommitMode.APPLIED);
        connection.setAutoCommit(false);
        insert(connection);
        Thread.currentThread().interrupt();
        connection.commit();
        assertThat(Thread.interrupted()).isTrue();
        CommitReceipt receipt = ours.lastCommit();
        assertThat(receipt).isNotNull();
        assertThat(receipt.isComplete()).isFalse();
        assertThat(receipt.detail()).contains("interrupted");
        assertThat(config.spool().directory().resolve("interrupted").resolve("unprotected"))
            .exists();
      }
    }
  }

  @Test
  void shouldLetWaitingCommitsReturnWhenItIsClosed() throws Exception {
    DuplexConfig config = link("closing", "commit: { timeout: 60s }");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SimulatedApplier applier = new SimulatedApplier(config)) {
      Duplex duplex = opened(config);
      applier.applying(false);
      Future<CommitReceipt> commit = thread.submit(() -> insert(duplex, CommitMode.APPLIED));
      Await.until("it is committed", LIMIT, () -> rows(config) == 1);
      duplex.close();
      assertThat(commit.get(10, TimeUnit.SECONDS).isComplete()).isFalse();
      assertThat(duplex.dataSource().unwrap(HikariDataSource.class).isClosed()).isTrue();
    } finally {
      thread.shutdownNow();
    }
  }

  private DuplexConfig link(String name, String more) throws Exception {
    lab.execute("CREATE SCHEMA " + name, "CREATE TABLE " + name + ".t (id int PRIMARY KEY)");
    DuplexConfig config = lab.config(name, more);
    lab.setUp(config);
    return config;
  }

  /** Opened, and known to be in sync. */
  private static Duplex opened(DuplexConfig config) throws Exception {
    Duplex duplex = open(config);
    Await.until(
        "the link is in sync",
        LIMIT,
        () ->
            duplex.status().state() == LinkState.IN_SYNC
                && execute(
                        duplex,
                        CommitMode.APPLIED,
                        "SELECT pg_logical_emit_message(true, 'test', 'x')")
                    .isComplete());
    return duplex;
  }

  private static Duplex open(DuplexConfig config) {
    return Duplex.open(config, pool -> pool.setSchema(config.link()));
  }

  private CommitReceipt insert(Duplex duplex, CommitMode mode) throws SQLException {
    try (Connection connection = duplex.dataSource().getConnection()) {
      DuplexConnection ours = connection.unwrap(DuplexConnection.class);
      ours.setCommitMode(mode);
      connection.setAutoCommit(false);
      insert(connection);
      connection.commit();
      return receipt(ours);
    }
  }

  private void insert(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO t VALUES (" + ids.incrementAndGet() + ")");
    }
  }

  private static CommitReceipt execute(Duplex duplex, CommitMode mode, String sql)
      throws SQLException {
    try (Connection connection = duplex.dataSource().getConnection()) {
      DuplexConnection ours = connection.unwrap(DuplexConnection.class);
      ours.setCommitMode(mode);
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
      return receipt(ours);
    }
  }

  private static CommitReceipt receipt(DuplexConnection connection) {
    CommitReceipt receipt = connection.lastCommit();
    if (receipt == null) {
      throw new AssertionError("no receipt");
    }
    return receipt;
  }

  private static long rows(DuplexConfig config) throws SQLException {
    try (Connection connection = lab.connect();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM " + config.link() + ".t")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** As many commits would have taken as many timeouts. */
  private static void assertNoneWaited(long startNanos, DuplexConfig config) {
    assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
        .isLessThan(config.commit().timeout().multipliedBy(MANY));
  }
}
