package dev.duplex.producer.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.SpoolConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final long MEGABYTE = 1 << 20;

  @TempDir private Path directory;

  private Spool open() {
    return open(64 * MEGABYTE);
  }

  private Spool open(long segmentBytes) {
    return Spool.open(new SpoolConfig(directory, 1000 * MEGABYTE, segmentBytes), Changes.LINK);
  }

  private static List<Long> positions(SpoolReader reader) {
    List<Long> positions = new ArrayList<>();
    for (SpooledChange next = reader.next(); next != null; next = reader.next()) {
      if (next.change().count() > 0) {
        positions.add(next.change().position());
      }
    }
    return positions;
  }

  private static List<Long> transactions(long first, long last) {
    return LongStream.iterate(first, p -> p <= last, p -> p + Changes.STEP).boxed().toList();
  }

  @Test
  void shouldReadWhatIsCommittedAndNothingElse() {
    Changes changes = new Changes();
    try (Spool spool = open();
        SpoolReader reader = spool.reader()) {
      assertThat(spool.isEmpty()).isTrue();
      changes.transaction(spool, 7, "a");
      assertThat(reader.next()).isNull();
      assertThat(spool.atBoundary()).isFalse();
      spool.commit(1_108);
      assertThat(spool.atBoundary()).isTrue();
      assertThat(positions(reader)).containsExactly(1_100L);
      changes.transaction(spool, 1, "b");
      changes.part(spool, 1, 2, 3, "c");
      spool.commit(1_208);
      assertThat(spool.atBoundary()).isFalse();
      assertThat(positions(reader)).containsExactly(1_200L);
      spool.rollback();
      assertThat(spool.atBoundary()).isTrue();
      changes.transaction(spool, 3, "c");
      spool.commit(1_308);
      assertThat(positions(reader)).containsExactly(1_300L);
      assertThat(spool.end())
          .isEqualTo(new SpoolEnd(1_300, 13, Changes.COMMIT_MICROS + 1_300, 1_308, "7001", 3));
      assertThat(spool.totals().transactions()).isEqualTo(3);
      assertThat(spool.totals().changes()).isEqualTo(11);
      assertThat(spool.totals().firstPosition()).isEqualTo(1_100);
    }
  }

  @Test
  void shouldGoOnAfterOpeningAgain() {
    Changes changes = new Changes();
    for (int i = 0; i < 10; i++) {
      try (Spool spool = open()) {
        changes.transaction(spool, 5, "x".repeat(100));
        spool.commit(changes.position());
        changes.part(spool, 1, 3, 5, "never committed");
      }
    }
    try (Spool spool = open();
        SpoolReader reader = spool.reader()) {
      assertThat(positions(reader)).isEqualTo(transactions(1_100, 2_000));
      assertThat(spool.totals().changes()).isEqualTo(50);
    }
  }

  @Test
  void shouldReleaseOnlyWholeFiles() throws Exception {
    Changes changes = new Changes();
    try (Spool spool = open(5_000)) {
      for (int i = 0; i < 200; i++) {
        changes.transaction(spool, 3, "y" + i * 7919L * 104729L);
        spool.commit(changes.position());
      }
      long files = diffFiles();
      assertThat(files).isGreaterThan(5);
      spool.release(5_000);
      assertThat(diffFiles()).isLessThan(files);
      try (SpoolReader reader = spool.reader()) {
        assertThat(positions(reader)).endsWith(21_000L).containsAll(transactions(5_100, 21_000));
      }
    }
    try (Spool spool = open(5_000);
        SpoolReader reader = spool.reader()) {
      assertThat(positions(reader)).endsWith(21_000L).containsAll(transactions(5_100, 21_000));
      spool.release(21_000);
      assertThat(spool.isEmpty()).isTrue();
      assertThat(diffFiles()).isZero();
      changes.transaction(spool, 3, "z");
      spool.commit(changes.position());
      assertThat(positions(reader)).containsExactly(21_100L);
      assertThat(spool.totals().transactions()).isEqualTo(1);
      spool.clear();
      assertThat(spool.end()).isNull();
    }
    assertThat(Disk.list(directory.resolve("bank")).stream().map(f -> f.getFileName().toString()))
        .containsExactlyInAnyOrder("lock", "spool-id");
  }

  private long diffFiles() throws Exception {
    return Disk.list(directory.resolve("bank")).stream()
        .filter(file -> DiffFileName.of(file).isPresent())
        .count();
  }
}
