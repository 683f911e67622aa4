package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.Await;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.CopyPhase;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.table.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CopyIT {
  private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text)";

  private static void rows(TestLink test, Table table, String copy, int from, int to) {
    for (int i = from; i <= to; i++) {
      test.publisher.copied(copy, i, table, Integer.toString(i), copy);
    }
  }

  @Test
  void shouldCopyIntoEmptiedTablesAndGoOn() throws Exception {
    try (TestLink test = TestLink.createWith("apply: { max-group: { rows: 10 } }", TABLE)) {
      Table table = test.table("t");
      test.execute("INSERT INTO t VALUES (1, 'stale'), (1000, 'stale')");
      test.publisher.begin().insert(table, "7", "before").commit();
      test.publisher.identity(new PrimaryIdentity("7000000000000000002", 3));
      test.publisher.inKafkaTransaction(
          () -> test.publisher.marker(CopyPhase.BEGIN, "one", 0, List.of(table)));
      test.publisher.inKafkaTransaction(() -> rows(test, table, "one", 1, 25));
      test.startApplier();
      Await.until(
          "the rows", TestLink.LIMIT, () -> test.query("SELECT count(*) FROM t").equals("25"));
      Await.until(
          "the report",
          TestLink.LIMIT,
          () -> test.progress().orElseThrow().getState() == ProgressState.COPYING);
      test.publisher.inKafkaTransaction(
          () -> {
            rows(test, table, "one", 26, 33);
            test.publisher.marker(CopyPhase.END, "one", 33, List.of(table));
          });
      test.publisher.begin().update(table, "33", "after").commit();
      test.awaitApplied();
      assertThat(test.query("SELECT count(*), min(id), max(id) FROM t WHERE v = 'one'"))
          .isEqualTo("32|1|32");
      assertThat(test.query("SELECT v FROM t WHERE id = 33")).isEqualTo("after");
      assertThat(test.checkpoint().copy()).isNull();
      assertThat(test.checkpoint().identity().timeline()).isEqualTo(3);
      assertThat(test.checkpoint().totals().mismatches()).isZero();
      assertThat(test.checkpoint().totals().changes()).isEqualTo(2);
      Await.until(
          "the report",
          TestLink.LIMIT,
          () -> test.progress().orElseThrow().getState() == ProgressState.LIVE);
    }
  }

  @Test
  void shouldResumeACopyAndStartOverForAnother() throws Exception {
    try (TestLink test = TestLink.createWith("apply: { max-group: { rows: 10 } }", TABLE)) {
      Table table = test.table("t");
      test.publisher.inKafkaTransaction(
          () -> {
            test.publisher.marker(CopyPhase.BEGIN, "one", 0, List.of(table));
            rows(test, table, "one", 1, 15);
          });
      try (TestLink.RunningApplier first = TestLink.RunningApplier.start(test.config())) {
        Await.until(
            "the rows", TestLink.LIMIT, () -> test.query("SELECT count(*) FROM t").equals("15"));
        assertThat(first.failure()).isNull();
      }
      assertThat(test.query("SELECT copy_id, copy_order FROM duplex.applied")).isEqualTo("one|15");
      // The first copy is not completed; a second one starts over.
      test.publisher.inKafkaTransaction(
          () -> {
            rows(test, table, "one", 14, 20);
            test.publisher.marker(CopyPhase.BEGIN, "two", 0, List.of(table));
            rows(test, table, "two", 1, 12);
            test.publisher.marker(CopyPhase.END, "two", 12, List.of(table));
          });
      test.startApplier();
      test.awaitApplied();
      Await.until(
          "the end",
          TestLink.LIMIT,
          () -> test.query("SELECT copy_id FROM duplex.applied").equals("null"));
      assertThat(test.query("SELECT count(*), min(v), max(v) FROM t")).isEqualTo("12|two|two");
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  @Test
  void shouldHaltIfACopyIsNotComplete() throws Exception {
    try (TestLink test = TestLink.create(TABLE);
        TestLink other = TestLink.create(TABLE)) {
      Table table = test.table("t");
      test.publisher.inKafkaTransaction(
          () -> {
            test.publisher.marker(CopyPhase.BEGIN, "one", 0, List.of(table));
            rows(test, table, "one", 1, 5);
            test.publisher.marker(CopyPhase.END, "one", 6, List.of(table));
          });
      HaltException halt = (HaltException) test.startApplier().awaitFailure();
      assertThat(halt.reason()).isEqualTo(Reason.GAP);
      assertThat(halt).hasMessageContaining("ends with 6 rows").hasMessageContaining("5 of copy");
      Table same = other.table("t");
      other.publisher.inKafkaTransaction(
          () -> {
            other.publisher.marker(CopyPhase.BEGIN, "one", 0, List.of(same));
            rows(other, same, "one", 1, 5);
            other.publisher.begin().insert(same, "100", "x").send();
          });
      HaltException amid = (HaltException) other.startApplier().awaitFailure();
      assertThat(amid.reason()).isEqualTo(Reason.GAP);
      assertThat(amid).hasMessageContaining("duplex init --copy");
    }
  }
}
