package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.Await;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TransactionChainIT {
  private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text)";

  private static HaltException awaitHalt(TestLink.RunningApplier applier)
      throws InterruptedException {
    Throwable failure = applier.awaitFailure();
    assertThat(failure).isInstanceOf(HaltException.class);
    return (HaltException) failure;
  }

  @Test
  void shouldHaltAtAGapAndApplyWhatLiesBefore() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      long before = test.publisher.begin().insert(table, "1", "a").commit();
      test.publisher.skipPosition();
      long missing = test.publisher.position();
      test.publisher.begin().insert(table, "2", "b").commit();
      HaltException halt = awaitHalt(test.startApplier());
      assertThat(halt.reason()).isEqualTo(Reason.GAP);
      assertThat(halt).hasMessageContaining(Position.format(before));
      assertThat(halt).hasMessageContaining(Position.format(missing));
      assertThat(test.query("SELECT * FROM t")).isEqualTo("1|a");
      Await.until(
          "the report",
          TestLink.LIMIT,
          () -> test.progress().orElseThrow().getState() == ProgressState.HALTED);
      assertThat(test.progress().orElseThrow().getDetail()).startsWith("GAP: ");
    }
  }

  @Test
  void shouldSkipWhatIsPublishedTwice() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      TestPublisher.Transaction one = test.publisher.begin().insert(table, "1", "a");
      one.commit();
      TestPublisher.Transaction two =
          test.publisher.begin().insert(table, "2", "b").update(table, "1", "c");
      two.commit();
      one.commit();
      two.commit();
      test.publisher.inKafkaTransaction(() -> {});
      long last = test.publisher.begin().insert(table, "3", "d").commit();
      test.startApplier();
      test.awaitPosition(last);
      assertThat(test.query("SELECT * FROM t ORDER BY id")).isEqualTo("1|c\n2|b\n3|d");
      assertThat(test.checkpoint().totals().transactions()).isEqualTo(3);
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  @Test
  void shouldApplyATransactionThatComesInParts() throws Exception {
    try (TestLink test = TestLink.createWith("apply: { max-group: { rows: 3 } }", TABLE)) {
      Table table = test.table("t");
      long small = test.publisher.begin().insert(table, "100", "small").commit();
      TestPublisher.Transaction large = test.publisher.begin();
      for (int i = 0; i < 20; i++) {
        large.insert(table, Integer.toString(i), "x");
      }
      test.publisher.inKafkaTransaction(() -> large.sendPart(0, 7));
      test.startApplier();
      // What comes before the large one does not wait for its end, and of it nothing is seen.
      test.awaitPosition(small);
      assertThat(test.query("SELECT count(*) FROM t")).isEqualTo("1");
      test.publisher.inKafkaTransaction(() -> large.sendPart(5, 12)); // from another relay
      assertThat(test.query("SELECT count(*) FROM t")).isEqualTo("1");
      test.publisher.inKafkaTransaction(() -> large.sendPart(12, 20));
      test.awaitApplied();
      assertThat(test.query("SELECT count(*) FROM t")).isEqualTo("21");
      assertThat(test.checkpoint().totals().changes()).isEqualTo(21);
    }
  }

  @Test
  void shouldHaltAtAHoleWithinATransaction() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      TestPublisher.Transaction transaction =
          test.publisher.begin().insert(table, "1", "a").insert(table, "2", "b");
      transaction.insert(table, "3", "c");
      test.publisher.inKafkaTransaction(
          () -> {
            transaction.sendPart(0, 1);
            transaction.sendPart(2, 3);
          });
      HaltException halt = awaitHalt(test.startApplier());
      assertThat(halt.reason()).isEqualTo(Reason.GAP);
      assertThat(test.query("SELECT count(*) FROM t")).isEqualTo("0");
    }
  }

  @Test
  void shouldHaltAtARecordOfSomebodyElse() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      test.publisher.begin().insert(table, "1", "a").commit();
      byte[] foreign = "hello".getBytes(StandardCharsets.UTF_8);
      test.publisher.inKafkaTransaction(() -> test.publisher.sendRaw(null, foreign, new byte[8]));
      HaltException halt = awaitHalt(test.startApplier());
      assertThat(halt.reason()).isEqualTo(Reason.CHANGE_REJECTED);
      assertThat(halt).hasMessageContaining("offset 2 of topic " + test.link.changesTopic());
      assertThat(test.query("SELECT count(*) FROM t")).isEqualTo("1");
    }
  }

  @Test
  void shouldHaltWithoutFingerprintOrWithAnotherOne() throws Exception {
    try (TestLink test = TestLink.create(TABLE);
        TestLink other = TestLink.create(TABLE)) {
      byte[] record = new byte[20];
      WireFormat.writeHeader(record, 1);
      test.publisher.inKafkaTransaction(() -> test.publisher.sendRaw(null, record, null));
      assertThat(awaitHalt(test.startApplier()).reason()).isEqualTo(Reason.CHANGE_REJECTED);
      other.publisher.inKafkaTransaction(
          () -> other.publisher.sendRaw(null, record, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
      assertThat(awaitHalt(other.startApplier()).reason()).isEqualTo(Reason.SCHEMA_REJECTED);
    }
  }

  @Test
  void shouldHaltAtAnotherPrimary() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      test.publisher.identity(new PrimaryIdentity("7000000000000000001", 2));
      test.publisher.begin().insert(table, "1", "a").commit();
      assertThat(awaitHalt(test.startApplier()).reason()).isEqualTo(Reason.CAPTURE_LOST);
    }
  }

  @Test
  void shouldHaltWhenTheTopicWasMadeAgain() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      TestLink.RunningApplier applier = test.startApplier();
      test.publisher.begin().insert(table, "1", "a").commit();
      test.awaitApplied();
      test.deleteTopic(test.link.changesTopic());
      Await.until(
          "the topic to be made again",
          TestLink.LIMIT,
          () -> {
            test.createTopic(test.link.changesTopic());
            return true;
          });
      assertThat(awaitHalt(applier).reason()).isEqualTo(Reason.GAP);
    }
  }
}
