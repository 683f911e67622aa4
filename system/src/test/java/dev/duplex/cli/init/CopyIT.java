package dev.duplex.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.TestLink;
import dev.duplex.cli.TestLink.Output;
import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.Applier;
import dev.duplex.lab.Await;
import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.TpcbRun;
import dev.duplex.lab.TpcbWorkload;
import dev.duplex.producer.relay.Relay;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CopyIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final long SEED = 7;

  @Test
  void shouldCopyWhileTheTablesAreWrittenTo() throws Exception {
    TestLink link = new TestLink();
    PostgresServer primary = link.lab().primary();
    try (Connection connection = primary.connect(link.name())) {
      TpcbWorkload.initialize(connection, 1);
    }
    link.and("primary", "keyless: full-row");
    DuplexConfig config = DuplexConfig.load(link.file());
    Relay relay = new Relay(config);
    Applier applier = new Applier(config);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (TpcbRun run = TpcbWorkload.on(primary, link.name(), 2, SEED, false).start()) {
      awaitCommits(run, 50);
      Output copy = link.duplex("init", "--copy");
      assertThat(copy.code()).as(copy.err()).isZero();
      assertThat(copy.out()).contains("copied 100").contains("is set up");
      assertThat(link.duplex("init", "--copy").out()).contains("rows are not copied again");

      Future<?> publishing = start(threads, relay::run);
      Future<?> applying = start(threads, applier::run);
      awaitApplied(link);

      // Again, while both are at work.
      Output again = link.duplex("init", "--recopy");
      assertThat(again.code()).as(again.err()).isZero();
      awaitCommits(run, 50);
      run.stop();
      Await.until("both databases are identical", LIMIT, () -> link.duplex("compare").code() == 0);
      Await.until("the link is in sync", LIMIT, () -> link.duplex("status").code() == 0);

      relay.stop();
      assertThat(applier.stop()).isTrue();
      publishing.get(20, TimeUnit.SECONDS);
      applying.get(20, TimeUnit.SECONDS);
    } finally {
      relay.stop();
      applier.stop();
      threads.shutdownNow();
    }
  }

  @Test
  void shouldSayThatACopyWasInterrupted() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a VALUES (1)");
    assertThat(link.duplex("init", "--copy").code()).isZero();
    link.onPrimary("UPDATE duplex.relay SET copy_id = 'killed'");
    Output plain = link.duplex("init");
    assertThat(plain.code()).isEqualTo(1);
    assertThat(plain.err()).contains("was interrupted; run 'duplex init --copy' again");
    Output copy = link.duplex("init", "--copy", "--json");
    assertThat(copy.code()).as(copy.err()).isZero();
    assertThat(copy.out()).contains("\"copiedRows\":1");
    assertThat(link.duplex("init").code()).isZero();
  }

  private interface Service {
    void run() throws InterruptedException;
  }

  private static Future<?> start(ExecutorService threads, Service service) {
    return threads.submit(
        () -> {
          service.run();
          return null;
        });
  }

  private static void awaitCommits(TpcbRun run, long more) throws InterruptedException {
    long before = run.committed();
    Await.until("the load goes on", LIMIT, () -> run.committed() >= before + more);
  }

  private static void awaitApplied(TestLink link) throws InterruptedException {
    Await.until(
        "the copy is applied",
        LIMIT,
        () ->
            TestLink.value(
                    link.lab().secondary(),
                    link.name(),
                    "SELECT count(*) FROM duplex.applied WHERE copy_id IS NULL")
                .equals("1"));
  }
}
