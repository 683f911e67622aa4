package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.FreePorts;
import dev.duplex.producer.spool.DiffFileSummary;
import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Diff files reach the secondary by hand, and the stream goes on behind them. */
class DiffApplyIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long TRANSACTIONS = 4;
  private static final long CHANGES = 10 + 2 + 1 + 2;

  private Twin twin;
  private Path config;
  private Path withoutRegistry;
  private ChildProcess producer;
  private ChildProcess consumer;

  @BeforeEach
  void start() throws Exception {
    twin = new Twin("");
    config = twin.config();
    withoutRegistry = twin.directory().resolve("offline.yaml");
    String nowhere = "http://127.0.0.1:" + FreePorts.reserve();
    Files.writeString(
        withoutRegistry, Files.readString(config).replace(twin.lab().registry().url(), nowhere));
    twin.onPrimary(
        "CREATE TABLE account (id int PRIMARY KEY, balance bigint)",
        "CREATE TABLE note (id int PRIMARY KEY, text text)");
    twin.succeed("init");
    producer = twin.start("producer", "producer", config);
    consumer = twin.start("consumer", "consumer", config);
    twin.onPrimary("INSERT INTO account VALUES (0, 0)");
    twin.awaitInStep();
    awaitConfirmed();
    twin.lab().broker().kill();
  }

  /** Else a producer that starts anew spools again what the topic has. */
  private void awaitConfirmed() throws Exception {
    Progress head = twin.heads().get(Role.PRODUCER);
    assertThat(head).isNotNull();
    String confirmed =
        "SELECT (confirmed_flush_lsn - '0/0')::bigint FROM pg_replication_slots WHERE slot_name = '"
            + twin.link().slot()
            + "'";
    try (Connection primary = twin.primary()) {
      await("the slot is confirmed", () -> Twin.number(primary, confirmed) > head.getPosition());
    }
  }

  @AfterEach
  void stop() throws Exception {
    twin.close();
  }

  @Test
  void shouldApplyWhatWasCarriedOverOnceAndGoOnBehindIt() throws Exception {
    spool();
    Path carried = carryOver();
    long offset = offset();
    Twin.Output refused = apply(carried);
    assertThat(refused.code()).as(refused.err()).isEqualTo(1);
    assertThat(refused.err()).contains("stop all consumers of the link first").hasLineCount(1);
    stopConsumer();

    JsonNode first = json(apply(carried, "--json"));
    assertThat(first.get("transactionsApplied").asLong()).isEqualTo(TRANSACTIONS);
    assertThat(first.get("changesApplied").asLong()).isEqualTo(CHANGES);
    assertThat(first.get("transactionsSkipped").asLong()).isZero();
    assertThat(first.get("mismatches").asLong()).isZero();
    assertThat(first.get("secondaryNow")).isEqualTo(first.get("lastPosition"));
    twin.assertIdentical();
    assertThat(offset()).isEqualTo(offset);

    JsonNode second = json(apply(carried, "--json"));
    assertThat(second.get("transactionsApplied").asLong()).isZero();
    assertThat(second.get("transactionsSkipped").asLong()).isEqualTo(TRANSACTIONS);
    assertThat(second.get("changesSkipped").asLong()).isEqualTo(CHANGES);
    assertThat(second.get("secondaryNow")).isEqualTo(first.get("secondaryNow"));

    twin.onPrimary("UPDATE account SET balance = balance + 1 WHERE id < 5");
    assertStreamGoesOn();
    assertThat(offset()).isGreaterThan(offset);
  }

  @Test
  void shouldRefuseAGapAndAnEndAmidATransaction() throws Exception {
    spool();
    stopConsumer();
    List<DiffFileSummary> files = DiffFiles.in(carryOver()).list();
    assertThat(files).hasSize(2); // the second transaction lies in both
    Path one = files.get(0).path();
    Path two = files.get(1).path();

    Twin.Output gap = apply(two);
    assertThat(gap.code()).as(gap.err()).isEqualTo(4);
    assertThat(gap.err())
        .contains("HALTED (GAP)")
        .contains("it follows " + Position.format(files.get(0).firstPosition()))
        .contains("applied up to " + Position.format(applied()))
        .hasLineCount(1);
    assertThat(gap.out()).isEmpty();
    assertThat(rows("account")).isEqualTo(1);

    Twin.Output part = apply(one, "--json");
    assertThat(part.code()).as(part.err()).isEqualTo(4);
    assertThat(part.err()).contains("only the first 1 of its changes").hasLineCount(1);
    assertThat(new ObjectMapper().readTree(part.out()).get("transactionsApplied").asLong())
        .isEqualTo(1);
    assertThat(rows("account")).isEqualTo(11);

    twin.onSecondary("ALTER TABLE note ADD CONSTRAINT few CHECK (id < 3)");
    Twin.Output refused = apply(one, two.toString());
    assertThat(refused.code()).as(refused.err()).isEqualTo(4);
    assertThat(refused.err()).contains("HALTED (APPLY_FAILED)", "note", "few").hasLineCount(1);
    assertThat(refused.out()).contains("2 transactions, 3 changes applied; 1 transactions");
    twin.onSecondary("ALTER TABLE note DROP CONSTRAINT few");
    JsonNode rest = json(apply(one, two.toString(), "--json"));
    assertThat(rest.get("transactionsApplied").asLong()).isEqualTo(1);
    assertThat(rest.get("transactionsSkipped").asLong()).isEqualTo(3);
    twin.assertIdentical();
    assertStreamGoesOn();
  }

  @Test
  void shouldRefuseWhatMayFollowSomethingElse() throws Exception {
    producer.kill();
    producer = twin.start("producer", "producer", config);
    spool();
    stopConsumer();
    Path carried = carryOver();
    Twin.Output refused = apply(carried);
    assertThat(refused.code()).as(refused.err()).isEqualTo(4);
    assertThat(refused.err()).contains("HALTED (GAP)", "nobody could tell").hasLineCount(1);
    assertThat(rows("account")).isEqualTo(1);
    assertStreamGoesOn();
    JsonNode had = json(apply(carried, "--json"));
    assertThat(had.get("transactionsSkipped").asLong()).isEqualTo(TRANSACTIONS);
  }

  /** Four transactions, of which the second begins in one file and ends in the next. */
  private void spool() throws Exception {
    twin.onPrimary("INSERT INTO account SELECT i, 0 FROM generate_series(1, 10) i");
    awaitSpooled(1); // a file is begun, and will not take another table
    twin.onPrimary(
        "WITH n AS (INSERT INTO note VALUES (1, 'both')) INSERT INTO account VALUES (11, 0)",
        "UPDATE account SET balance = 7 WHERE id = 1",
        "INSERT INTO note VALUES (2, 'two'), (3, 'three')");
    awaitSpooled(TRANSACTIONS);
  }

  private void awaitSpooled(long transactions) throws Exception {
    await(
        transactions + " transactions are spooled",
        () -> DiffFiles.in(directory()).totals().transactions() == transactions);
  }

  private Path directory() {
    return twin.spool();
  }

  private Path carryOver() throws Exception {
    Path carried = Files.createDirectory(twin.directory().resolve("carried"));
    // The head first: the files may grow behind what it says.
    Files.copy(directory().resolve("head"), carried.resolve("head"));
    try (Stream<Path> files = Files.list(directory())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".avro")).toList()) {
        Files.copy(file, carried.resolve(file.getFileName()));
      }
    }
    return carried;
  }

  private Twin.Output apply(Path path, String... more) {
    List<String> arguments =
        Stream.concat(Stream.of("diff", "apply", path.toString()), Stream.of(more)).toList();
    return twin.duplexWith(withoutRegistry, arguments.toArray(String[]::new));
  }

  private static JsonNode json(Twin.Output output) throws Exception {
    assertThat(output.code()).as(output.out() + output.err()).isZero();
    return new ObjectMapper().readTree(output.out());
  }

  private void stopConsumer() throws Exception {
    assertThat(consumer.terminate(LIMIT)).as(twin.logs()).isTrue();
  }

  private void assertStreamGoesOn() throws Exception {
    twin.lab().broker().start();
    consumer = twin.start("consumer", "consumer", config);
    twin.onPrimary("DELETE FROM account WHERE id = 2", "INSERT INTO note VALUES (4, 'four')");
    twin.awaitInStep();
    twin.assertIdentical();
    try (Connection secondary = twin.secondary()) {
      assertThat(Twin.number(secondary, "SELECT mismatches FROM duplex.applied")).isZero();
    }
    assertThat(consumer.terminate(LIMIT)).as(twin.logs()).isTrue();
  }

  private long offset() throws Exception {
    return number("SELECT kafka_offset FROM duplex.applied");
  }

  private long applied() throws Exception {
    return number("SELECT position FROM duplex.applied");
  }

  private long rows(String table) throws Exception {
    return number("SELECT count(*) FROM " + table);
  }

  private long number(String query) throws Exception {
    try (Connection secondary = twin.secondary()) {
      return Twin.number(secondary, query);
    }
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    try {
      Await.until(what, LIMIT, condition);
    } catch (Await.TimedOutError e) {
      throw new AssertionError(twin.logs(), e);
    }
  }
}
