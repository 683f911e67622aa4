package dev.duplex.producer.spool;

import static dev.duplex.producer.spool.TestSpool.chain;
import static dev.duplex.producer.spool.TestSpool.transactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.row.EnvelopeEncoder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir private Path root;
  private TestSpool directory = new TestSpool(Path.of("."));

  @BeforeEach
  void chooseDirectory() {
    directory = new TestSpool(root);
  }

  @Test
  void shouldReadWhatIsCommittedAndNothingElse() {
    Changes changes = new Changes();
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      assertThat(spool.isEmpty()).isTrue();
      assertThat(spool.end()).isNull();
      assertThat(spool.totals()).isEqualTo(SpoolTotals.NONE);
      changes.transaction(spool, 7, "a");
      assertThat(reader.next()).isNull();
      assertThat(spool.atBoundary()).isFalse();
      spool.commit(1_108);
      assertThat(spool.atBoundary()).isTrue();
      assertThat(transactions(reader)).containsExactly(1_100L);
      changes.transaction(spool, 1, "b");
      spool.commit(1_208);
      changes.transaction(spool, 3, "c");
      spool.commit(1_308);
      assertThat(transactions(reader)).containsExactly(1_200L, 1_300L);
      assertThat(spool.isEmpty()).isFalse();
      assertThat(spool.end())
          .isEqualTo(new SpoolEnd(1_300, 13, Changes.COMMIT_MICROS + 1_300, 1_308, "7001", 3));
      assertThat(spool.totals())
          .extracting(
              SpoolTotals::firstPosition,
              SpoolTotals::lastPosition,
              SpoolTotals::transactions,
              SpoolTotals::changes,
              SpoolTotals::oldestCommitMicros)
          .containsExactly(1_100L, 1_300L, 3L, 11L, Changes.COMMIT_MICROS + 1_100);
    }
  }

  @Test
  void shouldCommitOnlyWholeTransactions() {
    Changes changes = new Changes();
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      changes.transaction(spool, 2, "whole");
      changes.part(spool, 1, 2, 4, "begun");
      spool.commit(1_108);
      assertThat(spool.atBoundary()).isFalse();
      assertThat(transactions(reader)).containsExactly(1_100L);
      changes.part(spool, 3, 4, 4, "completed");
      spool.commit(1_208);
      assertThat(spool.atBoundary()).isTrue();
      assertThat(transactions(reader)).containsExactly(1_200L);
    }
    assertThat(directory.transactions()).containsExactly(1_100L, 1_200L);
  }

  @Test
  void shouldCommitBeforeALargeTransactionThatIsNotComplete() {
    Changes changes = new Changes();
    directory.segments(TestSpool.MEGABYTE);
    String text = "x".repeat(100_000);
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      changes.transaction(spool, 2, "small");
      changes.part(spool, 1, 50, 200, Long.toString(System.nanoTime()).repeat(5_000));
      spool.commit(1_108);
      assertThat(transactions(reader)).containsExactly(1_100L);
      changes.part(spool, 51, 100, 200, text);
      assertThat(reader.next()).isNull();
      spool.rollback();
      assertThat(spool.atBoundary()).isTrue();
      changes.transaction(spool, 200, text);
      spool.commit(1_208);
      assertThat(transactions(reader)).containsExactly(1_200L);
      assertThat(spool.totals().changes()).isEqualTo(202);
    }
  }

  @Test
  void shouldRollBackWhatIsNotCommitted() throws IOException {
    Changes changes = new Changes();
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      changes.part(spool, 1, 3, 4, "from the start");
      spool.rollback();
      assertThat(spool.atBoundary()).isTrue();
      assertThat(directory.diffFiles()).isEmpty();
      changes.transaction(spool, 4, "a");
      spool.commit(1_108);
      changes.part(spool, 1, 30, 40, "y".repeat(200_000));
      spool.rollback();
      spool.rollback();
      changes.transaction(spool, 4, "b");
      spool.commit(1_208);
      assertThat(transactions(reader)).containsExactly(1_100L, 1_200L);
    }
    assertThat(directory.transactions()).containsExactly(1_100L, 1_200L);
  }

  @Test
  void shouldGoOnAfterOpeningAgain() {
    Changes changes = new Changes();
    String id = "";
    for (int i = 0; i < 10; i++) {
      try (Spool spool = directory.open()) {
        assertThat(id).isIn("", spool.id());
        id = spool.id();
        changes.transaction(spool, 5, "x".repeat(100));
        spool.commit(changes.position());
        changes.part(spool, 1, 3, 5, "never committed");
      }
    }
    assertThat(directory.transactions()).isEqualTo(chain(1_100, 2_000));
    try (Spool spool = directory.open()) {
      assertThat(spool.totals().changes()).isEqualTo(50);
      assertThat(spool.totals().transactions()).isEqualTo(10);
    }
  }

  @Test
  void shouldKeepManyTablesInOneFile() throws IOException {
    Changes changes = new Changes(1_000, 50);
    try (Spool spool = directory.open()) {
      for (int i = 0; i < 100; i++) {
        changes.transaction(spool, 50, "t");
        spool.commit(changes.position());
      }
      assertThat(directory.diffFiles()).hasSize(1);
    }
  }

  @Test
  void shouldBeginAFileForANewTableOrShapeAndKeepTheOthers() throws IOException {
    Changes changes = new Changes(1_000, 2);
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      changes.transaction(spool, 4, "two tables");
      spool.commit(1_108);
      Changes more = new Changes(1_100, 3);
      more.transaction(spool, 4, "a third");
      spool.commit(1_208);
      assertThat(directory.diffFiles()).hasSize(2);
      more.alter(1, "other");
      more.transaction(spool, 3, "another shape");
      more.transaction(spool, 3, "again");
      spool.commit(1_408);
      assertThat(directory.diffFiles()).hasSize(3);
      assertThat(transactions(reader)).isEqualTo(chain(1_100, 1_400));
      assertThat(DiffFiles.in(directory.path()).list().get(2).tables())
          .containsExactlyInAnyOrder("public.table_0", "public.table_1", "public.table_2");
    }
  }

  @Test
  void shouldTellSchemasApartAndGiveEachOnce() {
    Changes changes = new Changes(1_000, 2);
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      changes.transaction(spool, 2, "a");
      changes.alter(1, "w");
      changes.transaction(spool, 2, "a");
      changes.alter(1, "v");
      changes.transaction(spool, 2, "a");
      spool.commit(1_308);
      Set<Object> schemas = new HashSet<>();
      Set<Object> formats = new HashSet<>();
      List<String> columns = new ArrayList<>();
      for (SpooledChange next = reader.next(); next != null; next = reader.next()) {
        schemas.add(System.identityHashCode(next.schema()));
        formats.add(System.identityHashCode(next.format()));
        columns.add(next.format().fields().get(1).column());
        assertThat(next.schema().table()).isEqualTo(next.format().table());
      }
      assertThat(schemas).hasSize(3);
      assertThat(formats).hasSize(3);
      assertThat(columns).containsExactly("v", "v", "w", "v", "v", "v");
    }
  }

  @Test
  void shouldGiveTheBytesThatWereAppended() {
    EnvelopeEncoder table = Changes.encoder("t", "v");
    byte[] value = Changes.value(table, 1_100, 1_000, 1, 1, "x".repeat(3_000_000));
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      spool.append(table.schema(), value.clone(), 1_100, Changes.end(1_100));
      spool.commit(1_108);
      SpooledChange read = reader.next();
      assertThat(read).isNotNull();
      Change change = read.change();
      assertThat(change.bytes()).hasSize(value.length);
      assertThat(change.bytes()).isEqualTo(value);
      assertThat(read.schema()).isEqualTo(table.schema());
      assertThat(change.previousPosition()).isEqualTo(1_000);
    }
  }

  @Test
  void shouldRefuseAChangeThatNoRecordCanHold() {
    EnvelopeEncoder table = Changes.encoder("t", "v");
    try (Spool spool = directory.open()) {
      assertThatThrownBy(
              () -> spool.append(table.schema(), new byte[Spool.MAX_CHANGE_BYTES + 1], 1_100, null))
          .isInstanceOfSatisfying(
              HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHANGE_REJECTED))
          .hasMessageContaining("public.t");
    }
  }

  @Test
  void shouldReleaseOnlyWholeFiles() throws IOException {
    Changes changes = new Changes();
    directory.segments(5_000);
    try (Spool spool = directory.open()) {
      for (int i = 0; i < 100; i++) {
        changes.transaction(spool, 3, "y" + i * 7919L * 104729L);
        spool.commit(changes.position());
      }
      int files = directory.diffFiles().size();
      assertThat(files).isGreaterThan(5);
      spool.release(1_000);
      assertThat(directory.diffFiles()).hasSize(files);
      for (long released = 1_100; released < 11_000; released += Changes.STEP) {
        spool.release(released);
        try (SpoolReader reader = spool.reader()) {
          assertThat(transactions(reader))
              .endsWith(11_000L)
              .containsAll(chain(released + Changes.STEP, 11_000));
        }
      }
      assertThat(directory.diffFiles()).hasSize(1);
    }
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      assertThat(transactions(reader)).endsWith(11_000L);
      spool.release(11_000);
      assertThat(spool.isEmpty()).isTrue();
      assertThat(spool.end()).isNotNull();
      assertThat(directory.diffFiles()).isEmpty();
      changes.transaction(spool, 3, "z");
      spool.commit(changes.position());
      assertThat(transactions(reader)).containsExactly(11_100L);
      assertThat(spool.totals().transactions()).isEqualTo(1);
      changes.part(spool, 1, 1, 3, "uncommitted");
      spool.release(11_100);
      assertThat(directory.diffFiles()).hasSize(1);
      spool.rollback();
    }
    assertThat(directory.transactions()).containsExactly(11_100L);
  }

  @Test
  void shouldCountWhatIsPublishedNoLonger() {
    Changes changes = new Changes();
    try (Spool spool = directory.open()) {
      for (int i = 0; i < 4; i++) {
        changes.transaction(spool, 3, "p");
      }
      spool.commit(1_408);
      long bytes = spool.totals().bytes();
      try (SpoolReader reader = spool.reader()) {
        for (int i = 0; i < 7; i++) {
          assertThat(reader.next()).isNotNull();
        }
        spool.published(reader.count());
        assertThat(spool.totals())
            .isEqualTo(new SpoolTotals(1_100, 1_400, 2, 6, bytes, Changes.COMMIT_MICROS + 1_200));
        spool.release(1_200);
        assertThat(transactions(reader)).containsExactly(1_300L, 1_400L);
        spool.published(reader.count());
        assertThat(spool.totals().transactions()).isZero();
        assertThat(spool.totals().changes()).isZero();
      }
      changes.transaction(spool, 1, "q");
      spool.commit(1_508);
      assertThat(spool.totals().transactions()).isEqualTo(1);
      spool.clear();
      changes.transaction(spool, 2, "r");
      spool.commit(1_608);
      assertThat(spool.totals().changes()).isEqualTo(2);
    }
  }

  @Test
  void shouldBeAsNewAfterClear() throws IOException {
    Changes changes = new Changes();
    try (Spool spool = directory.open()) {
      changes.transaction(spool, 3, "a");
      spool.commit(1_108);
      changes.part(spool, 1, 2, 3, "b");
      spool.clear();
      assertThat(spool.isEmpty()).isTrue();
      assertThat(spool.end()).isNull();
      assertThat(spool.atBoundary()).isTrue();
      assertThat(
              Disk.local().list(directory.path()).stream()
                  .map(Path::getFileName)
                  .map(Path::toString))
          .containsExactlyInAnyOrder("lock", "spool-id", "custody");
      spool.clear();
      changes.transaction(spool, 3, "c");
      spool.commit(1_208);
      assertThat(spool.totals().transactions()).isEqualTo(1);
    }
    assertThat(directory.transactions()).containsExactly(1_200L);
  }

  @Test
  void shouldRememberWhatMayBeConfirmed() {
    Changes changes = new Changes();
    try (Spool spool = directory.open()) {
      spool.commit(900);
      assertThat(spool.end()).isNull();
      changes.transaction(spool, 1, "a");
      spool.commit(1_108);
      spool.commit(5_000);
    }
    try (Spool spool = directory.open()) {
      assertThat(spool.end()).isNotNull();
      assertThat(spool.end().decoded()).isEqualTo(5_000);
    }
  }

  @Test
  void shouldBeReadByStockAvro() throws IOException {
    Changes changes = new Changes();
    try (Spool spool = directory.open()) {
      changes.transaction(spool, 6, "for all");
      changes.transaction(spool, 3, "x".repeat(2_000_000));
      spool.commit(1_208);
    }
    List<String> rows = new ArrayList<>();
    File file = directory.diffFiles().get(0).toFile();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file, new GenericDatumReader<>())) {
      for (GenericRecord change : reader) {
        GenericRecord after = (GenericRecord) change.get("after");
        rows.add(change.getSchema().getNamespace() + " " + after.get("id"));
      }
      assertThat(reader.getMetaString("avro.codec")).isEqualTo("zstandard");
      assertThat(reader.getMetaString("duplex.link")).isEqualTo("bank");
    }
    assertThat(rows).hasSize(9).startsWith("bank.public.table_1 1100001");
  }

  @Test
  void shouldWorkOnAnInterruptedThread() {
    Changes changes = new Changes();
    Thread.currentThread().interrupt();
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      changes.transaction(spool, 3, "a");
      spool.commit(1_108);
      assertThat(transactions(reader)).containsExactly(1_100L);
      spool.clear();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
