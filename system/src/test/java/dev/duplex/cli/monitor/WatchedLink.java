package dev.duplex.cli.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.status.page.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A link with a table, its two services and a monitor, and three who look at it: the API, the page
 * and {@code duplex status}. Prints how long each thing took to be seen.
 */
final class WatchedLink implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(90);

  private static final int HALTED = 4;

  private final Monitored monitor = new Monitored();
  private final Twin twin;
  private ChildProcess producer;
  private ChildProcess consumer;
  private @Nullable Browser browser;
  private long causedNanos;
  private int rows;

  WatchedLink() throws Exception {
    twin = new Twin(monitor.configuration());
    twin.onPrimary("CREATE TABLE account (id int PRIMARY KEY, balance bigint)");
    twin.succeed("init");
    producer = twin.start("producer", "producer");
    consumer = twin.start("consumer", "consumer");
    var unused = twin.start("monitor", "monitor");
    insert();
    twin.awaitInStep(); // the heads that init has written look in sync before anybody works
    if (Browser.isInstalled()) {
      browser = new Browser().as(1280, 900, false);
    } else {
      System.out.println("the page is not looked at, because there is no Chromium");
    }
    recovered("the start");
    if (browser != null) {
      browser.open(monitor.page(twin));
    }
  }

  Twin twin() {
    return twin;
  }

  Monitored monitor() {
    return monitor;
  }

  /** How many rows were inserted; the last one has this id. */
  int rows() {
    return rows;
  }

  void killProducer() throws InterruptedException {
    producer.kill();
  }

  void stopProducer() throws InterruptedException {
    assertThat(producer.terminate(LIMIT)).isTrue();
  }

  void startProducer() throws IOException {
    startProducer(twin.config());
  }

  void startProducer(Path config) throws IOException {
    producer = twin.start("producer", "producer", config);
  }

  void killConsumer() throws InterruptedException {
    consumer.kill();
  }

  void startConsumer() throws IOException {
    consumer = twin.start("consumer", "consumer");
  }

  /** A service that cannot go on says why in one line, with the way out, and ends with code 4. */
  void producerHalted(Reason reason, String... texts) throws Exception {
    halted(producer, reason, texts);
  }

  /** The same of the consumer. */
  void consumerHalted(Reason reason, String... texts) throws Exception {
    halted(consumer, reason, texts);
  }

  private void halted(ChildProcess service, Reason reason, String... texts) throws Exception {
    assertThat(service.awaitExit(LIMIT)).as(twin.logs()).isEqualTo(HALTED);
    assertThat(service.lastLogLine()).contains("HALTED (" + reason + ")").contains(texts);
  }

  /** The way out of what takes a link its place. */
  void recopy(String what) throws Exception {
    stopBoth();
    twin.succeed("init", "--recopy");
    startBoth();
    recovered(what);
    twin.assertIdentical();
  }

  private void stopBoth() throws Exception {
    killProducer();
    killConsumer();
  }

  private void startBoth() throws Exception {
    startProducer();
    startConsumer();
  }

  void insert() throws Exception {
    rows++;
    twin.onPrimary("INSERT INTO account (id, balance) VALUES (" + rows + ", 0)");
  }

  void awaitSpooled() throws Exception {
    Await.until(
        "it is spooled", LIMIT, () -> DiffFiles.in(twin.spool()).totals().transactions() > 0);
  }

  Path diffFile() throws IOException {
    try (Stream<Path> files = Files.list(twin.spool())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("diff-"))
          .findAny()
          .orElseThrow();
    }
  }

  void caused() {
    causedNanos = System.nanoTime();
  }

  /** In the API, on the page, and by the command. */
  void shown(LinkState state, Reason reason) throws Exception {
    shownByTheMonitor(state, reason);
    await(
        state + " " + reason + " by the command",
        () -> {
          Twin.Output output = twin.duplex("status", "--json");
          JsonNode status = new ObjectMapper().readTree(output.out());
          return status.path("state").asText().equals(state.name())
              && status.path("reason").asText().equals(reason.name())
              && output.code() == (state == LinkState.HALTED ? 4 : 3);
        });
  }

  /** The command tells what is known on this machine. */
  void shownWithoutKafka(LinkState state, Reason reason) throws Exception {
    shownByTheMonitor(state, reason);
    Twin.Output output = twin.duplex("status", "--json");
    assertThat(output.code()).as(output.out() + output.err()).isEqualTo(3);
    assertThat(output.out()).contains(reason.name());
  }

  private void shownByTheMonitor(LinkState state, Reason reason) throws Exception {
    await(
        state + " " + reason,
        () -> {
          JsonNode link = monitor.link(twin);
          return link.path("state").asText().equals(state.name())
              && link.path("reason").asText().equals(reason.name());
        });
    double api = seconds();
    Browser page = browser;
    if (page != null) {
      await(
          reason + " on the page",
          () ->
              page.attribute(".verdict .sign", "data-state").equals(state.name())
                  && page.text(".cause-head code").equals(reason.name()));
    }
    System.out.printf(
        "%s (%s) after %.1f s in the API, %.1f s on the page%n", state, reason, api, seconds());
  }

  /** How much the secondary lacks, and since when about. */
  void shownBehind(long transactions) throws Exception {
    await(
        transactions + " transactions behind",
        () -> monitor.link(twin).path("transactionsBehind").asLong() == transactions);
    double waited = seconds();
    await(
        "the lag goes on",
        () -> monitor.link(twin).path("lagSeconds").asDouble() > Math.max(1, waited - 2));
    Browser page = browser;
    if (page != null) {
      await(
          transactions + " transactions on the page",
          () -> page.text("[data-readout=missing]").contains(String.valueOf(transactions)));
    }
  }

  void recovered(String what) throws Exception {
    await(
        "the end of " + what,
        () -> {
          JsonNode link = monitor.link(twin);
          return link.path("state").asText().equals(LinkState.IN_SYNC.name())
              && link.path("current").asBoolean();
        });
    double api = seconds();
    Browser page = browser;
    if (page != null && causedNanos != 0) {
      await(
          "in sync on the page",
          () -> page.attribute(".verdict .sign", "data-state").equals(LinkState.IN_SYNC.name()));
      System.out.printf(
          "%s is over after %.1f s in the API, %.1f s on the page%n", what, api, seconds());
    }
  }

  private double seconds() {
    return (System.nanoTime() - causedNanos) / 1e9;
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    try {
      Await.until(what, LIMIT, condition);
    } catch (Await.TimedOutError e) {
      String page = browser == null ? "" : browser.text("body") + '\n';
      throw new AssertionError(monitor.link(twin) + "\n" + page + twin.logs(), e);
    }
  }

  @Override
  public void close() throws IOException {
    if (browser != null) {
      browser.close();
    }
    twin.close();
  }
}
