package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.Await;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ApplyIT {
  private static final String ITEM =
      "CREATE TABLE item (id int PRIMARY KEY, name text UNIQUE, big text, n numeric(12,3))";

  private static @Nullable String[] key(@Nullable String... values) {
    return values;
  }

  @Test
  void shouldApplyEveryOperationInOneGroup() throws Exception {
    try (TestLink test = TestLink.create(ITEM, "CREATE TABLE log (at timestamp, what text)")) {
      Table item = test.table("item");
      Table log = test.table("log");
      test.publisher.inKafkaTransaction(
          () -> {
            for (int i = 1; i <= 6; i++) {
              String id = Integer.toString(i);
              test.publisher.begin().insert(item, id, "n" + i, "big" + i, i + ".500").send();
            }
            var mixed = test.publisher.begin();
            mixed.update(item, "1", "renamed", "big1", "-1.001");
            mixed.delete(item, "2", null, null, null);
            mixed.insert(item, "2", "again", null, "0.000");
            mixed.delete(item, "3", null, null, null);
            mixed.updateFrom(item, key("4", null, null, null), "40", "n4", "moved", "4.000");
            mixed.insert(item, "7", "short", null, null);
            mixed.delete(item, "7", null, null, null);
            mixed.insert(log, "2026-01-02 03:04:05.678", "twice");
            mixed.insert(log, "2026-01-02 03:04:05.678", "twice");
            mixed.send();
          });
      test.startApplier();
      test.awaitApplied();
      assertThat(test.query("SELECT * FROM item ORDER BY id"))
          .isEqualTo(
              """
              1|renamed|big1|-1.001
              2|again|null|0.000
              5|n5|big5|5.500
              6|n6|big6|6.500
              40|n4|moved|4.000""");
      assertThat(test.query("SELECT count(*), min(at) FROM log"))
          .isEqualTo("2|2026-01-02 03:04:05.678");
      assertThat(test.checkpoint().totals().mismatches()).isZero();
      assertThat(test.checkpoint().totals().changes()).isEqualTo(15);
      assertThat(test.checkpoint().totals().transactions()).isEqualTo(7);
    }
  }

  @Test
  void shouldReplayWhatFoldingCannotOrder() throws Exception {
    try (TestLink test = TestLink.create(ITEM)) {
      Table item = test.table("item");
      test.startApplier();
      test.publisher
          .begin()
          .insert(item, "1", "a", null, null)
          .insert(item, "2", "b", null, null)
          .commit();
      // A swap by way of a third value: folded, each row takes what the other still has.
      test.publisher
          .begin()
          .update(item, "1", "c", null, null)
          .update(item, "2", "a", null, null)
          .update(item, "1", "b", null, null)
          .commit();
      test.awaitApplied();
      assertThat(test.query("SELECT id, name FROM item ORDER BY id")).isEqualTo("1|b\n2|a");
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  @Test
  void shouldNotWriteUnchangedColumns() throws Exception {
    try (TestLink test = TestLink.create(ITEM)) {
      Table item = test.table("item");
      String same = TestPublisher.UNCHANGED;
      test.publisher
          .begin()
          .insert(item, "1", "a", "large", "1.000")
          .insert(item, "2", "b", "larger", "2.000")
          .commit();
      test.publisher
          .begin()
          .update(item, "1", "a1", same, "1.100") // folded into the insert
          .updateFrom(item, key("2", null, null, null), "3", "b2", same, "2.200")
          .commit();
      test.startApplier();
      test.awaitApplied();
      test.publisher
          .begin()
          .update(item, "1", "a2", same, "1.200")
          .update(item, "1", same, "new", "1.300")
          .updateFrom(item, key("3", null, null, null), "4", "b3", same, "2.300") // needs a replay
          .commit();
      test.awaitApplied();
      assertThat(test.query("SELECT * FROM item ORDER BY id"))
          .isEqualTo("1|a2|new|1.300\n4|b3|larger|2.300");
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  @Test
  void shouldApplyRowsThatOnlyTheirWholeSelfIdentifies() throws Exception {
    try (TestLink test =
        TestLink.create(
            "CREATE TABLE twin (a int, j json, p point, c char(4))",
            "ALTER TABLE twin REPLICA IDENTITY FULL",
            "CREATE TABLE keyed (id int PRIMARY KEY, v text)",
            "ALTER TABLE keyed REPLICA IDENTITY FULL")) {
      Table twin = test.table("twin");
      Table keyed = test.table("keyed");
      assertThat(twin.fullRow()).isTrue();
      String[] row = {"1", "{\"a\": 1}", "(1,2)", "x   "};
      test.publisher.begin().insert(twin, row).insert(twin, row).insert(twin, row).commit();
      test.publisher
          .begin()
          .updateFrom(twin, row, "1", "{\"a\": 2}", null, "y   ")
          .delete(twin, row)
          .insert(keyed, "1", "one")
          .updateFrom(keyed, key("1", "one"), "1", "eins")
          .updateFrom(keyed, key("1", "eins"), "2", "zwei")
          .commit();
      test.startApplier();
      test.awaitApplied();
      assertThat(test.query("SELECT * FROM twin ORDER BY j::text"))
          .isEqualTo("1|{\"a\": 1}|(1,2)|x   \n1|{\"a\": 2}|null|y   ");
      assertThat(test.query("SELECT * FROM keyed")).isEqualTo("2|zwei");
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  @Test
  void shouldTruncateTablesThatReferToEachOther() throws Exception {
    try (TestLink test =
        TestLink.create(
            "CREATE TABLE parent (id int PRIMARY KEY)",
            "CREATE TABLE child (id int PRIMARY KEY, p int REFERENCES parent)")) {
      Table parent = test.table("parent");
      Table child = test.table("child");
      test.publisher
          .begin()
          .insert(parent, "1")
          .insert(child, "1", "1")
          .truncate(parent)
          .truncate(child)
          .insert(parent, "1")
          .commit();
      test.startApplier();
      test.awaitApplied();
      assertThat(test.query("SELECT (SELECT count(*) FROM parent), count(*) FROM child"))
          .isEqualTo("1|0");
    }
  }

  @Test
  void shouldFollowATableThatIsAltered() throws Exception {
    try (TestLink test = TestLink.create("CREATE TABLE t (id int PRIMARY KEY, a text, b text)")) {
      Table now = test.table("t");
      List<Column> two = now.columns().subList(0, 2);
      Table before = new Table(now.id(), two, false);
      test.publisher.inKafkaTransaction(
          () -> {
            test.publisher.begin().insert(before, "1", "x").insert(before, "2", "x").send();
            test.publisher.begin().update(now, "1", "y", "new").send();
            test.publisher.begin().update(before, "2", "z").send();
          });
      test.startApplier();
      test.awaitApplied();
      assertThat(test.query("SELECT * FROM t ORDER BY id")).isEqualTo("1|y|new\n2|z|null");
    }
  }

  @Test
  void shouldInsertIntoIdentityColumnsAndSkipGeneratedOnes() throws Exception {
    try (TestLink test =
        TestLink.create(
            "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int,"
                + " d int GENERATED ALWAYS AS (a * 2) STORED)")) {
      Table table = test.table("t");
      assertThat(table.columns()).hasSize(2);
      test.publisher.begin().insert(table, "17", "4").commit();
      test.startApplier();
      test.awaitApplied();
      assertThat(test.query("SELECT * FROM t")).isEqualTo("17|4|8");
    }
  }

  @Test
  void shouldReportProgress() throws Exception {
    try (TestLink test = TestLink.create(ITEM)) {
      Table item = test.table("item");
      TestLink.RunningApplier applier = test.startApplier();
      long position = test.publisher.begin().insert(item, "1", "a", null, null).commit();
      Await.until(
          "progress",
          TestLink.LIMIT,
          () -> test.progress().filter(p -> p.getPosition() == position).isPresent());
      Progress progress = test.progress().orElseThrow();
      assertThat(progress.getState()).isEqualTo(ProgressState.LIVE);
      assertThat(progress.getTopicId()).isEqualTo(test.topicId());
      assertThat(progress.getChanges()).isEqualTo(1);
      assertThat(progress.getEpoch()).isEqualTo(2);
      assertThat(progress.getCommitMicros()).isEqualTo(TestPublisher.COMMIT_MICROS + position);
      assertThat(applier.status().state()).isEqualTo(ApplierState.APPLYING);
    }
  }
}
