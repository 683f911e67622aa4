package dev.duplex.cli.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reasons that go away by themselves are shown by all who look, and so is their end. */
class ReasonsIT {
  private WatchedLink link;

  @BeforeEach
  void start() throws Exception {
    link = new WatchedLink();
  }

  @AfterEach
  void stop() throws Exception {
    link.close();
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
    registryUnreachable();
    tableNotReplicated();
  }

  private void secondaryBehind() throws Exception {
    try (Connection connection = link.twin().secondary();
        Statement lock = connection.createStatement()) {
      connection.setAutoCommit(false);
      lock.execute("LOCK TABLE account");
      link.insert();
      link.caused();
      link.shown(LinkState.DIVERGED, Reason.SECONDARY_BEHIND);
      connection.rollback();
    }
    link.recovered("SECONDARY_BEHIND");
  }

  private void secondaryDown() throws Exception {
    link.twin().lab().secondary().kill();
    link.caused();
    link.insert();
    link.shown(LinkState.DIVERGED, Reason.SECONDARY_DOWN);
    link.twin().lab().secondary().start();
    link.recovered("SECONDARY_DOWN");
  }

  private void applyFailed() throws Exception {
    link.twin()
        .onSecondary("ALTER TABLE account ADD CONSTRAINT few CHECK (id <= " + link.rows() + ")");
    link.insert();
    link.caused();
    link.shown(LinkState.HALTED, Reason.APPLY_FAILED);
    link.twin().onSecondary("ALTER TABLE account DROP CONSTRAINT few");
    link.recovered("APPLY_FAILED");
  }

  /** What was healed is told for seconds only, in which a command may not even start: it recurs. */
  private void rowMismatch() throws Exception {
    AtomicBoolean shown = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      link.caused();
      Future<Long> mismatches = thread.submit(() -> mismatchesUntil(shown));
      link.shown(LinkState.DIVERGED, Reason.ROW_MISMATCH);
      shown.set(true);
      long caused = mismatches.get();
      link.recovered("ROW_MISMATCH");
      assertThat(link.monitor().link(link.twin()).path("consumer").path("mismatches").asLong())
          .isEqualTo(caused);
    } finally {
      thread.shutdownNow();
    }
  }

  private long mismatchesUntil(AtomicBoolean shown) throws Exception {
    long count = 0;
    while (!shown.get()) {
      link.twin().onSecondary("DELETE FROM account WHERE id = 1");
      link.twin().onPrimary("UPDATE account SET balance = balance + 1 WHERE id = 1");
      count++;
      link.twin().awaitInStep();
    }
    return count;
  }

  private void consumerSilent() throws Exception {
    link.killConsumer();
    link.caused();
    link.shown(LinkState.DIVERGED, Reason.CONSUMER_SILENT);
    link.startConsumer();
    link.recovered("CONSUMER_SILENT");
  }

  private void producerSilent() throws Exception {
    link.killProducer();
    link.caused();
    link.shown(LinkState.DIVERGED, Reason.PRODUCER_SILENT);
    link.startProducer();
    link.recovered("PRODUCER_SILENT");
  }

  private void brokerUnreachable() throws Exception {
    link.twin().lab().broker().kill();
    link.caused();
    link.insert();
    link.shownWithoutKafka(LinkState.DIVERGED, Reason.BROKER_UNREACHABLE);
    link.insert();
    link.insert();
    link.shownBehind(3);
    link.twin().lab().broker().start();
    link.recovered("BROKER_UNREACHABLE");
  }

  private void registryUnreachable() throws Exception {
    link.twin().onSecondary("ALTER TABLE account ADD COLUMN note text");
    link.twin().lab().registry().kill();
    link.twin().onPrimary("ALTER TABLE account ADD COLUMN note text"); // a schema that nobody knows
    link.insert();
    link.caused();
    link.shown(LinkState.DIVERGED, Reason.REGISTRY_UNREACHABLE);
    link.twin().lab().registry().start();
    link.recovered("REGISTRY_UNREACHABLE");
  }

  private void tableNotReplicated() throws Exception {
    link.twin().onPrimary("CREATE TABLE late (id int PRIMARY KEY)");
    link.caused();
    link.shown(LinkState.DIVERGED, Reason.TABLE_NOT_REPLICATED);
    link.twin().onSecondary("CREATE TABLE late (id int PRIMARY KEY)");
    link.twin().succeed("init");
    link.recovered("TABLE_NOT_REPLICATED");
  }
}
