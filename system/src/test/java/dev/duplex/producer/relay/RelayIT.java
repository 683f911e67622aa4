package dev.duplex.producer.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.Await;
import dev.duplex.producer.PrimaryLab;
import dev.duplex.producer.PublishedChange;
import dev.duplex.producer.RunningRelay;
import dev.duplex.producer.TopicReader;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.failure.HaltException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The relay on real parts; each test has a link and a schema of its own. */
class RelayIT {
  private static final Duration SOON = Duration.ofSeconds(12); // the primary logs every 15 s anyhow
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static PrimaryLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = new PrimaryLab();
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
  }

  @Test
  void shouldPublishWholeTransactionsAsAChain() throws Exception {
    DuplexConfig config = link("chain", "");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        TopicReader topic = reader(config)) {
      try (Connection connection = lab.connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("INSERT INTO chain.t VALUES (1, 'a'), (2, 'b')");
        statement.execute("UPDATE chain.t SET name = 'c' WHERE id = 1");
        connection.commit();
        statement.execute("INSERT INTO chain.t VALUES (3, 'rolled back')");
        connection.rollback();
        statement.execute("UPDATE chain.t SET id = 20 WHERE id = 2");
        statement.execute("DELETE FROM chain.t WHERE id = 1");
        connection.commit();
        statement.execute("TRUNCATE chain.t");
        connection.commit();
      }
      List<PublishedChange> changes = await(topic, 6);

      assertThat(changes)
          .extracting(PublishedChange::op)
          .containsExactly("c", "c", "u", "u", "d", "t");
      assertThat(changes)
          .extracting(PublishedChange::order)
          .containsExactly(1L, 2L, 3L, 1L, 2L, 1L);
      assertThat(changes)
          .extracting(PublishedChange::count)
          .containsExactly(null, null, 3L, null, 2L, 1L);
      assertChain(changes);
      assertThat(changes.get(2).after("name")).hasToString("c");
      assertThat(changes.get(3).before()).hasToString("{\"id\": 2, \"name\": null}");
      assertThat(changes.get(3).key()).hasToString("{\"id\": 2}");
      assertThat(changes.get(3).after("id")).isEqualTo(20);
      assertThat(changes.get(4).before()).hasToString("{\"id\": 1, \"name\": null}");
      assertThat(changes.get(5).key()).isNull();
      assertThat(changes.get(0).source().get("name")).hasToString("chain");
      assertThat(changes.get(0).source().get("table")).hasToString("t");
      Progress head = lab.awaitHead(config, h -> h.getTransactions() == 3);
      assertThat(head.getPosition()).isEqualTo(changes.get(5).position());
      assertThat(head.getChanges()).isEqualTo(6);
      assertThat(relay.relay().state()).isEqualTo(RelayState.LIVE);
    }
  }

  @Test
  void shouldGoOnWithoutLossOrRepetitionAfterARestart() throws Exception {
    DuplexConfig config = link("restarted", "");
    try (TopicReader topic = reader(config)) {
      List<PublishedChange> changes = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        lab.execute("INSERT INTO restarted.t VALUES (" + round * 10 + ", 'while away')");
        try (RunningRelay relay = new RunningRelay(config).awaitLive()) {
          lab.execute("INSERT INTO restarted.t VALUES (" + (round * 10 + 1) + ", 'while live')");
          changes.addAll(await(topic, 2));
        }
      }
      assertThat(topic.read()).isEmpty();
      assertThat(changes)
          .extracting(change -> change.after("id"))
          .containsExactly(0, 1, 10, 11, 20, 21);
      assertChain(changes);
    }
  }

  @Test
  void shouldWaitForTheBrokerAndLoseNothing() throws Exception {
    DuplexConfig config = link("outage", "");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        TopicReader topic = reader(config)) {
      lab.execute("INSERT INTO outage.t VALUES (1, 'before')");
      List<PublishedChange> changes = new ArrayList<>(await(topic, 1));
      lab.lab().broker().kill();
      lab.execute("INSERT INTO outage.t VALUES (2, 'during')");
      lab.lab().broker().start();
      lab.execute("INSERT INTO outage.t VALUES (3, 'after')");
      changes.addAll(await(topic, 2));

      assertThat(changes).extracting(change -> change.after("id")).containsExactly(1, 2, 3);
      assertChain(changes);
    }
  }

  @Test
  void shouldCutATransactionThatIsTooLarge() throws Exception {
    DuplexConfig config = link("cut", "relay: { max-transaction: { rows: 100 } }");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        TopicReader topic = reader(config)) {
      lab.execute("INSERT INTO cut.t SELECT i, 'row' FROM generate_series(1, 1000) i");
      List<PublishedChange> changes = await(topic, 1000);

      assertThat(changes.get(999).count()).isEqualTo(1000);
      assertThat(changes.get(998).count()).isNull();
      assertChain(changes);
      // Markers of Kafka's commits take offsets, too: a cut each 100 rows leaves gaps.
      assertThat(changes.get(999).offset() - changes.get(0).offset()).isGreaterThanOrEqualTo(1008);
      Progress head = lab.awaitHead(config, h -> h.getTransactions() == 1);
      assertThat(head.getCutPosition()).isNull();
    }
  }

  @Test
  void shouldLetOnlyOneRelayPublishAndTheOtherTakeOver() throws Exception {
    DuplexConfig config = link("standby", "");
    try (TopicReader topic = reader(config);
        RunningRelay first = new RunningRelay(config).awaitLive();
        RunningRelay second = new RunningRelay(config)) {
      lab.execute("INSERT INTO standby.t VALUES (1, 'first')");
      List<PublishedChange> changes = new ArrayList<>(await(topic, 1));
      assertThat(second.relay().state()).isEqualTo(RelayState.STANDBY);
      first.close();
      second.awaitLive();
      lab.execute("INSERT INTO standby.t VALUES (2, 'second')");
      changes.addAll(await(topic, 1));

      assertThat(changes).extracting(change -> change.after("id")).containsExactly(1, 2);
      assertChain(changes);
    }
  }

  @Test
  void shouldHaltWhenTheSlotIsGone() throws Exception {
    DuplexConfig config = link("slotless", "");
    try (RunningRelay relay = new RunningRelay(config).awaitLive()) {
      relay.close();
    }
    lab.execute("SELECT pg_drop_replication_slot('duplex_slotless')");
    try (RunningRelay relay = new RunningRelay(config)) {
      assertThat(relay.awaitFailure())
          .isInstanceOfSatisfying(
              HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CAPTURE_LOST))
          .hasMessageContaining("slot duplex_slotless is gone");
    }
  }

  @Test
  void shouldHaltWhenTheSlotWasMovedBeyondWhatIsPublished() throws Exception {
    DuplexConfig config = link("moved", "");
    lab.execute(
        "INSERT INTO moved.t VALUES (1, 'never published')",
        "SELECT pg_replication_slot_advance('duplex_moved', pg_current_wal_lsn())");
    try (RunningRelay relay = new RunningRelay(config)) {
      assertThat(relay.awaitFailure())
          .isInstanceOfSatisfying(
              HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GAP));
      Progress head = lab.awaitHead(config, h -> h.getState() == ProgressState.HALTED);
      assertThat(head.getDetail()).contains("slot duplex_moved is confirmed up to");
    }
  }

  @Test
  void shouldKnowThatAnIdleLinkIsCurrent() throws Exception {
    DuplexConfig config = link("idle", "");
    try (RunningRelay relay = new RunningRelay(config).awaitLive()) {
      long start = System.currentTimeMillis() * 1_000;
      // Log that is none of the link's business must not look like a lag.
      lab.execute("CREATE TABLE other (id int); INSERT INTO other VALUES (1); DROP TABLE other");
      Await.until(
          "the relay vouches for the time after the start",
          LIMIT,
          () -> {
            Progress head = lab.head(config);
            return head != null && head.getDecodedMicros() > start;
          });
      assertThat(relay.relay().state()).isEqualTo(RelayState.LIVE);
    }
  }

  /** The log may then end within a record, which nobody can decode before it is complete. */
  @Test
  void shouldKnowThatALinkIsCurrentWhileATransactionIsOpen() throws Exception {
    DuplexConfig config = link("open", "");
    try (RunningRelay relay = new RunningRelay(config).awaitLive();
        Connection connection = lab.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int number = 0; number < 4; number++) {
        statement.execute(
            "INSERT INTO open.t SELECT i, 'open' FROM generate_series(%d, %d) i"
                .formatted(number * 5_000, number * 5_000 + 4_999));
        long written = System.currentTimeMillis() * 1_000;
        Await.until(
            "the relay vouches for the time after the insert",
            SOON,
            () -> {
              Progress head = lab.head(config);
              return head != null && head.getDecodedMicros() > written;
            });
      }
      connection.rollback();
      assertThat(relay.relay().state()).isEqualTo(RelayState.LIVE);
    }
  }

  private static DuplexConfig link(String name, String more) throws Exception {
    lab.execute(
        "CREATE SCHEMA " + name, "CREATE TABLE " + name + ".t (id int PRIMARY KEY, name text)");
    DuplexConfig config = lab.config(name, more);
    lab.setUp(config);
    return config;
  }

  private static TopicReader reader(DuplexConfig config) {
    return new TopicReader(
        config.kafka().bootstrapServers(), config.registry().url(), config.link() + ".changes");
  }

  private static List<PublishedChange> await(TopicReader topic, int count) throws Exception {
    List<PublishedChange> changes = new ArrayList<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (changes.size() < count && System.nanoTime() - deadline < 0) {
      changes.addAll(topic.read()); // an error here must not pass for "not yet"
    }
    assertThat(changes).hasSize(count);
    return changes;
  }

  /** Every transaction names its predecessor, and its changes are numbered without a gap. */
  private static void assertChain(List<PublishedChange> changes) {
    PublishedChange last = null;
    for (PublishedChange change : changes) {
      if (last != null && last.count() == null) {
        assertThat(change.position()).isEqualTo(last.position());
        assertThat(change.order()).isEqualTo(last.order() + 1);
      } else {
        assertThat(change.order()).isEqualTo(1);
        if (last != null) {
          assertThat(change.previousPosition()).isEqualTo(last.position());
          assertThat(change.position()).isGreaterThan(last.position());
        }
      }
      last = change;
    }
  }
}
