package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.Await;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.table.Table;
import org.junit.jupiter.api.Test;

final class MismatchIT {
  private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text, big text)";

  @Test
  void shouldHealWhatIsNotAsItShouldBe() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      test.execute("INSERT INTO t VALUES (1, 'here', null), (5, 'here', null), (9, 'rest', null)");
      test.publisher.inKafkaTransaction(
          () -> {
            test.publisher.begin().insert(table, "1", "new", null).send(); // is there
            test.publisher.begin().update(table, "2", "late", null).send(); // is not
            test.publisher.begin().delete(table, "3", null, null).send(); // is not
            test.publisher.begin().insert(table, "4", "fine", null).send();
            // Is there, but came and went on the primary.
            test.publisher
                .begin()
                .insert(table, "5", "short", null)
                .delete(table, "5", null, null)
                .send();
          });
      test.startApplier();
      test.awaitApplied();
      assertThat(test.query("SELECT id, v FROM t ORDER BY id"))
          .isEqualTo("1|new\n2|late\n4|fine\n9|rest");
      assertThat(test.checkpoint().totals().mismatches()).isEqualTo(4);
      Await.until(
          "the report", TestLink.LIMIT, () -> test.progress().orElseThrow().getMismatches() == 4);
    }
  }

  @Test
  void shouldHaltInsteadOfHealing() throws Exception {
    try (TestLink test = TestLink.createWith(TestLink.halting(), TABLE)) {
      Table table = test.table("t");
      test.publisher.begin().insert(table, "1", "fine", null).commit();
      test.publisher.begin().update(table, "2", "late", null).commit();
      HaltException halt = (HaltException) test.startApplier().awaitFailure();
      assertThat(halt.reason()).isEqualTo(Reason.ROW_MISMATCH);
      assertThat(halt).hasMessageContaining("public.t (id)=(2)");
      assertThat(test.query("SELECT id, v FROM t")).isEqualTo("1|fine");
      // The operator makes the row as it was, and it goes on.
      test.execute("INSERT INTO t VALUES (2, 'was', null)");
      test.forgetAppliers();
      test.startApplier();
      test.awaitApplied();
      assertThat(test.query("SELECT id, v FROM t ORDER BY id")).isEqualTo("1|fine\n2|late");
    }
  }

  @Test
  void shouldHaltIfARowCannotBeHealed() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      test.publisher.begin().update(table, "2", "late", TestPublisher.UNCHANGED).commit();
      HaltException halt = (HaltException) test.startApplier().awaitFailure();
      assertThat(halt.reason()).isEqualTo(Reason.ROW_MISMATCH);
      assertThat(halt).hasMessageContaining("public.t (id)=(2)").hasMessageContaining("--recopy");
    }
  }

  @Test
  void shouldGoOnByItselfWhenTheCauseOfARefusalIsGone() throws Exception {
    try (TestLink test = TestLink.create(TABLE, "ALTER TABLE t ADD CHECK (v <> 'evil')")) {
      Table table = test.table("t");
      test.publisher.inKafkaTransaction(
          () -> {
            test.publisher.begin().insert(table, "1", "good", null).send();
            test.publisher
                .begin()
                .insert(table, "2", "good", null)
                .insert(table, "3", "evil", null)
                .send();
            test.publisher.begin().insert(table, "4", "good", null).send();
          });
      TestLink.RunningApplier applier = test.startApplier();
      Await.until(
          "the refusal", TestLink.LIMIT, () -> applier.status().state() == ApplierState.FAILED);
      assertThat(applier.status().detail())
          .contains("APPLY_FAILED", "public.t (id)=(3)", "23514", Position.format(0x1010));
      assertThat(test.query("SELECT id FROM t")).isEqualTo("1"); // what lies before is applied
      Await.until(
          "the report",
          TestLink.LIMIT,
          () -> test.progress().filter(p -> p.getState() == ProgressState.HALTED).isPresent());
      test.execute("ALTER TABLE t DROP CONSTRAINT t_v_check");
      test.awaitApplied();
      assertThat(test.query("SELECT count(*) FROM t")).isEqualTo("4");
      assertThat(applier.status().state()).isEqualTo(ApplierState.APPLYING);
    }
  }

  @Test
  void shouldFindTheTransactionThatADeferredConstraintRefuses() throws Exception {
    try (TestLink test =
        TestLink.create(
            "CREATE TABLE t (id int PRIMARY KEY, v int UNIQUE DEFERRABLE INITIALLY IMMEDIATE)",
            // Else the replica role does not check a deferrable constraint at all.
            "DO $$ BEGIN EXECUTE format('ALTER TABLE t ENABLE ALWAYS TRIGGER %I',"
                + " (SELECT tgname FROM pg_trigger WHERE tgrelid = 't'::regclass)); END $$")) {
      Table table = test.table("t");
      test.publisher.inKafkaTransaction(
          () -> {
            test.publisher.begin().insert(table, "1", "1").insert(table, "2", "2").send();
            // Within a transaction, a value may be there twice.
            test.publisher.begin().update(table, "1", "2").update(table, "2", "1").send();
            test.publisher.begin().insert(table, "3", "1").send();
          });
      TestLink.RunningApplier applier = test.startApplier();
      Await.until(
          "the refusal", TestLink.LIMIT, () -> applier.status().state() == ApplierState.FAILED);
      assertThat(applier.status().detail()).contains("23505");
      assertThat(test.query("SELECT * FROM t ORDER BY id")).isEqualTo("1|2\n2|1");
      test.execute("UPDATE t SET v = 100 WHERE id = 2");
      test.awaitApplied();
      assertThat(test.query("SELECT * FROM t ORDER BY id")).isEqualTo("1|2\n2|100\n3|1");
    }
  }

  @Test
  void shouldTellWhatToCreate() throws Exception {
    try (TestLink test = TestLink.create(TABLE)) {
      Table table = test.table("t");
      test.execute("ALTER TABLE t DROP COLUMN big");
      test.publisher.begin().insert(table, "1", "a", "b").commit();
      TestLink.RunningApplier applier = test.startApplier();
      Await.until(
          "the refusal", TestLink.LIMIT, () -> applier.status().state() == ApplierState.FAILED);
      assertThat(applier.status().detail()).contains("no column 'big'", "add it there (text)");
      test.execute("DROP TABLE t");
      Await.until(
          "the other refusal",
          TestLink.LIMIT,
          () -> String.valueOf(applier.status().detail()).contains("no table public.t"));
      test.execute(TABLE);
      test.awaitApplied();
      assertThat(test.query("SELECT * FROM t")).isEqualTo("1|a|b");
    }
  }
}
