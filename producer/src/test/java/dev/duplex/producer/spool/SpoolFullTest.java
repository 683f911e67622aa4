package dev.duplex.producer.spool;

import static dev.duplex.producer.spool.TestSpool.chain;
import static dev.duplex.producer.spool.TestSpool.transactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolFullTest {
  private static final long MEGABYTE = TestSpool.MEGABYTE;

  @TempDir private Path root;
  private TestSpool directory = new TestSpool(Path.of("."));
  private FaultyDisk disk = new FaultyDisk(Path.of("."));

  @BeforeEach
  void chooseDirectory() {
    directory = new TestSpool(root);
    disk = new FaultyDisk(directory.path());
    directory.on(disk);
  }

  private static String noise(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) (' ' + random.nextInt(95)));
    }
    return text.toString();
  }

  @Test
  void shouldStopAtMaxSizeAndGoOnWhenThereIsRoom() {
    directory.max(MEGABYTE).segments(MEGABYTE / 10);
    Random random = new Random(1);
    Changes changes = new Changes();
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  changes.transaction(spool, 3, noise(random, 5_000));
                  spool.commit(changes.position());
                }
              })
          .isInstanceOfSatisfying(
              SpoolFullException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SPOOL_FULL))
          .hasMessageContaining("spool.max-size");
      spool.rollback();
      assertThat(disk.used()).isLessThan(MEGABYTE + MEGABYTE / 10);
      assertThat(spool.atBoundary()).isTrue();
      SpoolEnd end = spool.end();
      assertThat(end).isNotNull();
      assertThat(transactions(reader)).isEqualTo(chain(1_100, end.position()));
      spool.release(end.position());
      Changes more = new Changes(end.position(), 4);
      more.transaction(spool, 3, noise(random, 5_000));
      spool.commit(more.position());
      assertThat(transactions(reader)).containsExactly(more.position());
    }
  }

  @Test
  void shouldRollBackATransactionThatIsLargerThanTheSpool() throws IOException {
    directory.max(3 * MEGABYTE).segments(MEGABYTE);
    Random random = new Random(2);
    Changes changes = new Changes();
    try (Spool spool = directory.open()) {
      changes.transaction(spool, 3, "before");
      spool.commit(1_108);
      assertThatThrownBy(
              () -> {
                for (int order = 1; order <= 100; order++) {
                  changes.part(spool, order, order, 100, noise(random, 100_000));
                }
              })
          .isInstanceOf(SpoolFullException.class);
      assertThatThrownBy(() -> spool.commit(1_108)).isInstanceOf(IllegalStateException.class);
      spool.rollback();
      assertThat(directory.diffFiles()).hasSize(1);
      assertThat(spool.totals().transactions()).isEqualTo(1);
    }
    assertThat(directory.transactions()).containsExactly(1_100L);
  }

  @Test
  void shouldLoseAndRepeatNothingOnADiskThatIsFullNowAndThen() {
    long seed = Seed.choose("SpoolFullTest");
    Random random = new Random(seed);
    directory.segments(30_000);
    List<Long> read = new ArrayList<>();
    Changes changes = new Changes();
    int timesFull = 0;
    Spool spool = directory.open();
    while (read.size() < 300) {
      disk.capacity(disk.used() + 70_000 + random.nextInt(100_000));
      try {
        while (true) {
          changes.transaction(spool, 1 + random.nextInt(5), noise(random, random.nextInt(2_000)));
          if (random.nextInt(3) == 0) {
            spool.commit(changes.position());
          }
        }
      } catch (SpoolFullException e) {
        timesFull++;
        spool.rollback();
      }
      if (random.nextInt(3) == 0) {
        spool.close();
        spool = directory.open();
      }
      SpoolEnd end = spool.end();
      try (SpoolReader reader = spool.reader()) {
        transactions(reader).stream()
            .filter(position -> read.isEmpty() || position > read.get(read.size() - 1))
            .forEach(read::add);
      }
      long last = end == null ? 1_000 : end.position();
      assertThat(read).as("seed " + seed).isEqualTo(chain(1_100, last));
      changes = new Changes(last, 4);
      // No byte is left: there must be room all the same to give room back.
      disk.capacity(disk.used());
      spool.release(last);
      assertThat(spool.isEmpty()).isTrue();
    }
    spool.clear();
    spool.close();
    assertThat(timesFull).isGreaterThan(2);
  }

  @Test
  void shouldSurviveAFullFileSystem() throws Exception {
    directory = new TestSpool(root).segments(MEGABYTE / 4);
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", root.toString()) == 0);
    try {
      Random random = new Random(3);
      long confirmed = 1_000;
      for (int round = 0; round < 3; round++) {
        try (Spool spool = directory.open();
            SpoolReader reader = spool.reader()) {
          Changes changes = new Changes(confirmed, 4);
          assertThatThrownBy(
                  () -> {
                    while (true) {
                      changes.transaction(spool, 3, noise(random, 9_000));
                      spool.commit(changes.position());
                    }
                  })
              .isInstanceOf(SpoolFullException.class)
              .hasMessageContaining("no room");
          spool.rollback();
          SpoolEnd end = spool.end();
          assertThat(end).isNotNull();
          assertThat(end.position()).isGreaterThan(confirmed);
          assertThat(transactions(reader))
              .isEqualTo(chain(confirmed + Changes.STEP, end.position()));
          confirmed = end.position();
          spool.release(confirmed);
          spool.clear();
        }
      }
    } finally {
      assertThat(run("umount", root.toString())).isZero();
    }
  }

  @Test
  void shouldHaltWhenTheDiskFailsAndKeepWhatIsConfirmed() {
    Changes changes = new Changes();
    Spool forcing = directory.open();
    changes.transaction(forcing, 3, "confirmed");
    forcing.commit(1_108);
    disk.failForce();
    changes.transaction(forcing, 3, "not durable");
    assertHalts(() -> forcing.commit(1_208), "cannot be made durable");
    assertThatThrownBy(forcing::rollback).isInstanceOf(IllegalStateException.class);
    forcing.close();

    FaultyDisk other = new FaultyDisk(directory.path());
    Spool writing = directory.on(other).open();
    other.failWrite();
    new Changes(1_100, 4).transaction(writing, 3, "not written");
    assertHalts(() -> writing.commit(1_208), "Input/output error");
    writing.close();
    assertThat(directory.on(Disk.local()).transactions()).containsExactly(1_100L);
  }

  private static void assertHalts(Runnable step, String words) {
    assertThatThrownBy(step::run)
        .isInstanceOfSatisfying(
            HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DIFF_FILE_DAMAGED))
        .hasMessageContaining(words);
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
