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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Reasons that one machine can be brought to have are shown by the monitor's API, its page and
 * {@code duplex status}, and so is their end. Prints how long each took to be seen.
 */
class ReasonsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Monitored monitor = new Monitored();
  private Twin twin;
  private ChildProcess producer;
  private ChildProcess consumer;
  private @Nullable Browser browser;
  private long causedNanos;
  private int rows;

  @BeforeEach
  void start() throws Exception {
    twin = Twin.alone(monitor.configuration()); // the registry is reset, among others
    twin.onPrimary("CREATE TABLE account (id int PRIMARY KEY, balance bigint)");
    twin.succeed("init");
    producer = twin.start("producer", "producer");
    consumer = twin.start("consumer", "consumer");
    var unused = twin.start("monitor", "monitor");
    insert();
    if (Browser.isInstalled()) {
      browser = new Browser().as(1280, 900, false);
    } else {
      System.out.println("ReasonsIT: the page is not looked at, because there is no Chromium");
    }
    recovered("the start");
    if (browser != null) {
      browser.open(monitor.page(twin));
    }
  }

  @AfterEach
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (Boolean.getBoolean("duplex.logs")) {
      System.out.println(twin.logs());
    }
    twin.close();
  }

  @Test
  void shouldShowWhatEndsByItself() throws Exception {
    secondaryBehind();
    secondaryDown();
    applyFailed();
    rowMismatch();
    consumerSilent();
    producerSilent();
    brokerUnreachable();
  }

  @Test
  void shouldShowWhatDiffFilesCanMeetWith() throws Exception {
    spoolFull();
    diffFileElsewhere();
  }

  @Test
  void shouldShowWhatTakesTheLinkItsPlace() throws Exception {
    copying();
    changeRejected();
    gap();
    captureLost();
  }

  private void secondaryBehind() throws Exception {
    try (Connection connection = twin.secondary();
        Statement lock = connection.createStatement()) {
      connection.setAutoCommit(false);
      lock.execute("LOCK TABLE account");
      insert();
      caused();
      shown(LinkState.DIVERGED, Reason.SECONDARY_BEHIND);
      connection.rollback();
    }
    recovered("SECONDARY_BEHIND");
  }

  private void secondaryDown() throws Exception {
    twin.lab().secondary().kill();
    caused();
    insert();
    shown(LinkState.DIVERGED, Reason.SECONDARY_DOWN);
    twin.lab().secondary().start();
    recovered("SECONDARY_DOWN");
  }

  private void applyFailed() throws Exception {
    twin.onSecondary("ALTER TABLE account ADD CONSTRAINT few CHECK (id <= " + rows + ")");
    insert();
    caused();
    shown(LinkState.HALTED, Reason.APPLY_FAILED);
    twin.onSecondary("ALTER TABLE account DROP CONSTRAINT few");
    recovered("APPLY_FAILED");
  }

  private void rowMismatch() throws Exception {
    twin.onSecondary("DELETE FROM account WHERE id = 1");
    twin.onPrimary("UPDATE account SET balance = 7 WHERE id = 1");
    caused();
    shown(LinkState.DIVERGED, Reason.ROW_MISMATCH);
    recovered("ROW_MISMATCH");
    assertThat(monitor.link(twin).path("consumer").path("mismatches").asLong()).isEqualTo(1);
  }

  private void consumerSilent() throws Exception {
    consumer.kill();
    caused();
    shown(LinkState.DIVERGED, Reason.CONSUMER_SILENT);
    consumer = twin.start("consumer", "consumer");
    recovered("CONSUMER_SILENT");
  }

  private void producerSilent() throws Exception {
    producer.kill();
    caused();
    shown(LinkState.DIVERGED, Reason.PRODUCER_SILENT);
    producer = twin.start("producer", "producer");
    recovered("PRODUCER_SILENT");
  }

  private void brokerUnreachable() throws Exception {
    twin.lab().broker().kill();
    caused();
    insert();
    shownWithoutKafka(LinkState.DIVERGED, Reason.BROKER_UNREACHABLE);
    twin.lab().broker().start();
    recovered("BROKER_UNREACHABLE");
  }

  private void spoolFull() throws Exception {
    Path small =
        twin.writeConfig(
            "small.yaml",
            monitor.configuration()
                + "spool: { directory: \""
                + twin.directory().resolve("spool")
                + "\", max-size: 1MB, segment-size: 1MB }");
    assertThat(producer.terminate(LIMIT)).isTrue();
    producer = twin.start("producer", "small", small);
    recovered("the start with a small spool");
    twin.lab().broker().kill();
    for (int number = 0; number < 10; number++) {
      twin.onPrimary(
          "INSERT INTO account SELECT -i - 100000 * "
              + number
              + ", (random() * 1e15)::bigint FROM generate_series(1, 20000) i");
    }
    caused();
    shownWithoutKafka(LinkState.DIVERGED, Reason.SPOOL_FULL);
    twin.lab().broker().start();
    recovered("SPOOL_FULL");
    assertThat(producer.terminate(LIMIT)).isTrue();
    producer = twin.start("producer", "producer");
  }

  private void diffFileElsewhere() throws Exception {
    twin.lab().broker().kill();
    insert();
    awaitSpooled();
    producer.kill();
    Path elsewhere =
        twin.writeConfig(
            "elsewhere.yaml",
            monitor.configuration()
                + "spool: { directory: \""
                + twin.directory().resolve("elsewhere")
                + "\" }");
    producer = twin.start("producer", "elsewhere", elsewhere);
    twin.lab().broker().start();
    caused();
    shown(LinkState.HALTED, Reason.DIFF_FILE_ELSEWHERE);
    producer.kill();
    producer = twin.start("producer", "producer");
    recovered("DIFF_FILE_ELSEWHERE");
  }

  private void copying() throws Exception {
    stopBoth();
    try (Connection connection = twin.secondary();
        Statement lock = connection.createStatement()) {
      connection.setAutoCommit(false);
      lock.execute("LOCK TABLE account IN ACCESS SHARE MODE"); // holds up the emptying
      twin.succeed("init", "--recopy");
      startBoth();
      caused();
      shown(LinkState.RECOVERING, Reason.COPYING);
      connection.rollback();
    }
    recovered("COPYING");
  }

  private void changeRejected() throws Exception {
    try (Producer<byte[], byte[]> stranger =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", twin.lab().broker().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      stranger
          .send(new ProducerRecord<>(twin.link().changesTopic(), new byte[] {'n', 'o', '!'}))
          .get();
    }
    caused();
    shown(LinkState.HALTED, Reason.CHANGE_REJECTED);
    recopy("CHANGE_REJECTED");
  }

  private void gap() throws Exception {
    String topic = twin.link().changesTopic();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", twin.lab().broker().bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get();
      Await.until(
          "the topic is made again",
          LIMIT,
          () -> {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            return true;
          });
    }
    caused();
    shown(LinkState.HALTED, Reason.GAP);
    recopy("GAP");
  }

  private void captureLost() throws Exception {
    producer.kill();
    Await.until(
        "the slot can be dropped",
        LIMIT,
        () -> {
          twin.onPrimary("SELECT pg_drop_replication_slot('" + twin.link().slot() + "')");
          return true;
        });
    producer = twin.start("producer", "producer");
    caused();
    shown(LinkState.HALTED, Reason.CAPTURE_LOST);
    recopy("CAPTURE_LOST");
  }

  private void recopy(String what) throws Exception {
    stopBoth();
    twin.succeed("init", "--recopy");
    startBoth();
    recovered(what);
    twin.assertIdentical();
  }

  private void stopBoth() throws Exception {
    producer.kill();
    consumer.kill();
  }

  private void startBoth() throws Exception {
    producer = twin.start("producer", "producer");
    consumer = twin.start("consumer", "consumer");
  }

  private void insert() throws Exception {
    rows++;
    twin.onPrimary("INSERT INTO account (id, balance) VALUES (" + rows + ", 0)");
  }

  private void awaitSpooled() throws Exception {
    Await.until(
        "it is spooled", LIMIT, () -> DiffFiles.in(twin.spool()).totals().transactions() > 0);
  }

  private void caused() {
    causedNanos = System.nanoTime();
  }

  /** In the API, on the page, and by the command. */
  private void shown(LinkState state, Reason reason) throws Exception {
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
  private void shownWithoutKafka(LinkState state, Reason reason) throws Exception {
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
    if (browser != null) {
      Browser page = browser;
      page.await(
          reason + " on the page",
          () ->
              page.attribute(".verdict .sign", "data-state").equals(state.name())
                  && page.text(".cause-head code").equals(reason.name()));
    }
    System.out.printf(
        "ReasonsIT: %s (%s) after %.1f s in the API, %.1f s on the page%n",
        state, reason, api, seconds());
  }

  private void recovered(String what) throws Exception {
    await(
        "the end of " + what,
        () -> monitor.link(twin).path("state").asText().equals(LinkState.IN_SYNC.name()));
    if (browser != null && causedNanos != 0) {
      Browser page = browser;
      page.await(
          "in sync on the page",
          () -> page.attribute(".verdict .sign", "data-state").equals(LinkState.IN_SYNC.name()));
    }
  }

  private double seconds() {
    return (System.nanoTime() - causedNanos) / 1e9;
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    try {
      Await.until(what, LIMIT, condition);
    } catch (Await.TimedOutError e) {
      throw new AssertionError(monitor.link(twin) + "\n" + twin.logs(), e);
    }
  }
}
