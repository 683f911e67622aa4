package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.registry.SpecificMessages;
import dev.duplex.kafka.status.StatusFollower;
import dev.duplex.lab.Await;
import dev.duplex.lab.TpcbWorkload;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.wire.WireFormat;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What holds at any time whatever happens, and what holds when it is over. The load is pgbench's,
 * whose four sums are equal in every state that the primary has.
 */
final class Invariants {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(500);
  // A commit may be decoded a moment before the primary itself shows it: one for each client.
  private static final int NOT_SHOWN_YET = 4;

  /** One statement, thus one snapshot. */
  private static final String STATE =
      """
      SELECT (SELECT sum(bbalance) FROM pgbench_branches),
             (SELECT sum(tbalance) FROM pgbench_tellers),
             (SELECT sum(abalance) FROM pgbench_accounts),
             (SELECT coalesce(sum(delta), 0) FROM pgbench_history),
             (SELECT count(*) FROM pgbench_history),
             position, transactions, mismatches
        FROM duplex.applied
      """;

  /** An event's number, which no two facts share. */
  /** Whoever counts the events of an incident. */
  private record Counter(String incident, Observer observer) {}

  private final Twin twin;
  private final Services services;
  private long position = Long.MIN_VALUE;
  private long transactions;

  Invariants(Twin twin, Services services) {
    this.twin = twin;
    this.services = services;
  }

  /** Waits until the rows that were there before the load are there: till then nothing holds. */
  void awaitCopied() throws Exception {
    Await.until(
        "the copy is applied",
        LIMIT,
        () -> {
          try (Connection secondary = twin.secondary()) {
            return Twin.number(
                    secondary,
                    "SELECT count(*) FROM duplex.applied WHERE copy_id IS NULL"
                        + " AND EXISTS (SELECT FROM pgbench_accounts)")
                == 1;
          }
        });
  }

  /** Checks what holds at any time. */
  void check() throws Exception {
    services.assertAlive();
    Await.until("both databases answer", LIMIT, this::checkSecondary);
  }

  private boolean checkSecondary() throws SQLException {
    try (Connection secondary = twin.secondary();
        Statement statement = secondary.createStatement();
        ResultSet row = statement.executeQuery(STATE)) {
      assertThat(row.next()).isTrue();
      long branches = row.getLong(1);
      assertThat(row.getLong(2)).as("sum of the tellers").isEqualTo(branches);
      assertThat(row.getLong(3)).as("sum of the accounts").isEqualTo(branches);
      assertThat(row.getLong(4)).as("sum of the history").isEqualTo(branches);
      assertThat(row.getLong("position")).as("position").isGreaterThanOrEqualTo(position);
      assertThat(row.getLong("transactions")).isGreaterThanOrEqualTo(transactions);
      assertThat(row.getLong("mismatches")).as("mismatches").isZero();
      try (Connection primary = twin.primary()) {
        assertThat(row.getLong(5))
            .as("history")
            .isLessThanOrEqualTo(
                Twin.number(primary, "SELECT count(*) FROM pgbench_history") + NOT_SHOWN_YET);
      }
      position = row.getLong("position");
      transactions = row.getLong("transactions");
    }
    return true;
  }

  /** Waits until the secondary has what is committed now; the load goes on. */
  void awaitRecovered() throws Exception {
    long committed;
    try (Connection primary = twin.primary()) {
      committed = Twin.number(primary, "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint");
    }
    Await.until(
        "the secondary has what was committed after the fault",
        LIMIT,
        () -> {
          services.assertAlive();
          return checkSecondary() && position >= committed;
        });
  }

  /** Checks what holds when all faults are over and the load has ended. */
  void checkEnd(TpcbWorkload.Result load) throws Exception {
    Await.until("the diff files are drained", LIMIT, () -> !services.hasDiffFiles());
    twin.awaitInStep();
    check();
    twin.assertIdentical();
    try (Connection primary = twin.primary();
        Connection secondary = twin.secondary()) {
      assertThat(Twin.number(secondary, "SELECT count(*) FROM pgbench_history"))
          .isBetween(load.transactions(), load.transactions() + load.uncertain());
      assertThat(
              Twin.number(primary, "SELECT count(*) FROM duplex.relay WHERE spool_id IS NOT NULL"))
          .as("entries of diff files")
          .isZero();
    }
    assertThat(services.hasDiffFiles()).as("diff files").isFalse();
    checkStatus();
  }

  private void checkStatus() throws Exception {
    KafkaSettings settings =
        new KafkaSettings(
            twin.link(), Map.of("bootstrap.servers", twin.lab().broker().bootstrapServers()));
    try (SchemaRegistry registry = SchemaRegistry.open(twin.lab().registry().url(), Map.of())) {
      List<StatusEvent> open = new ArrayList<>();
      try {
        Await.until(
            "every incident is closed",
            LIMIT,
            () -> {
              open.clear();
              try (StatusFollower follower = StatusFollower.open(settings, registry)) {
                open.addAll(follower.open());
              }
              return open.isEmpty();
            });
      } catch (Await.TimedOutError e) {
        throw new AssertionError("still open: " + open, e);
      }
      checkNumbers(events(settings, registry));
    }
  }

  /** Each number once: an instance that was frozen cannot tell what another one has told. */
  private static void checkNumbers(List<StatusEvent> events) {
    Map<Counter, Integer> last = new HashMap<>();
    for (StatusEvent event : events) {
      Counter counter = new Counter(event.getIncident(), event.getObserver());
      assertThat(event.getSequence())
          .as("number of %s", event)
          .isEqualTo(last.getOrDefault(counter, 0) + 1);
      last.put(counter, event.getSequence());
    }
    System.out.printf(
        "%d events of %d incidents%n",
        events.size(), events.stream().map(StatusEvent::getIncident).distinct().count());
  }

  private static List<StatusEvent> events(KafkaSettings settings, SchemaRegistry registry) {
    SpecificMessages messages = new SpecificMessages(registry);
    TopicPartition partition = new TopicPartition(settings.link().statusTopic(), 0);
    List<StatusEvent> events = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          byte[] fingerprint = record.headers().lastHeader(WireFormat.FINGERPRINT_HEADER).value();
          events.add(messages.decode(record.value(), fingerprint, StatusEvent.getClassSchema()));
        }
      }
    }
    return events;
  }
}
