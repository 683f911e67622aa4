package dev.duplex.producer.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffFileDamageTest {
  private static final long FIRST = 1_100;
  private static final long LAST = 3_000;

  @TempDir private Path root;
  private TestSpool directory = new TestSpool(Path.of("."));

  /** Twenty transactions in four files, of several blocks each. */
  @BeforeEach
  void spool() {
    directory = new TestSpool(root);
    Changes changes = new Changes(FIRST - Changes.STEP, 1);
    for (int i = 0; i < 4; i++) {
      try (Spool spool = directory.open()) {
        for (int j = 0; j < 5; j++) {
          changes.transaction(spool, 3, "transaction " + j + " of file " + i);
          spool.commit(changes.position());
        }
      }
    }
    assertThat(changes.position()).isEqualTo(LAST);
  }

  @Test
  void shouldBeSoundUnharmed() {
    DiffFiles.Verification found = DiffFiles.in(directory.path()).verify();
    assertThat(found.damages()).isEmpty();
    assertThat(found.transactions()).isEqualTo(20);
    assertThat(found.changes()).isEqualTo(60);
    assertThat(DiffFiles.of(files()).verify()).isEqualTo(found);
  }

  @Test
  void shouldFindAFlippedBitAnywhere() throws IOException {
    Random random = new Random(Seed.choose("DiffFileDamageTest"));
    for (Path file : files().subList(1, 4)) {
      int length = (int) Files.size(file);
      int header = headerLength(file);
      for (int at = 0;
          at < length;
          at += at < 64 || at >= header - 16 ? 1 : 1 + random.nextInt(31)) {
        int mask = 1 << random.nextInt(8);
        flip(file, at, mask);
        assertFound(file, at, mask, header);
        flip(file, at, mask);
      }
    }
    shouldBeSoundUnharmed();
  }

  private void assertFound(Path file, int at, int mask, int header) {
    String flipped = "bits " + mask + " of byte " + at + " of " + file.getFileName();
    if (at < header - FileHeader.SYNC_BYTES) {
      DiffFiles.Verification found = DiffFiles.in(directory.path()).verify();
      assertThat(found.damages()).as(flipped).hasSize(1);
      Damage damage = found.damages().get(0);
      String described = flipped + ": " + damage.describe();
      assertThat(damage.file()).as(described).isEqualTo(file.toString());
      assertThat(damage.from()).as(described).isNotNull();
      assertThat(damage.upTo()).as(described).isNotNull();
      assertThat(found.transactions()).as(described).isEqualTo(15);
    } else {
      assertCovered(directory.path(), flipped);
    }
  }

  /** Every transaction is either read, or named. */
  private static void assertCovered(Path path, String flipped) {
    List<Long> read = new ArrayList<>();
    List<Damage> damages = new ArrayList<>();
    try {
      Head head = Head.read(Disk.local(), path);
      assertThat(head).isNotNull();
      try (SpoolReader reader =
          new SpoolReader(
              Disk.local(),
              DiffFileSet.present(Disk.local(), Inventory.read(Disk.local(), path, head)))) {
        readAll(reader, read, damages);
      }
    } catch (DamageException e) {
      fail(flipped, e);
    }
    assertThat(damages).as(flipped).isNotEmpty();
    for (long position = FIRST; position <= LAST; position += Changes.STEP) {
      long wanted = position;
      boolean named =
          damages.stream()
              .anyMatch(
                  d ->
                      (d.after() == null || d.after() < wanted)
                          && (d.upTo() == null || d.upTo() >= wanted));
      assertThat(named || read.contains(wanted))
          .as(flipped + ", transaction " + wanted + " of " + damages + ", read " + read)
          .isTrue();
    }
    assertThat(read).as(flipped).hasSizeGreaterThanOrEqualTo(15).isSorted();
  }

  private static void readAll(SpoolReader reader, List<Long> read, List<Damage> damages) {
    while (true) {
      try {
        SpooledChange next = reader.read();
        if (next == null) {
          return;
        }
        if (next.change().count() > 0) {
          read.add(next.change().position());
        }
      } catch (DamageException e) {
        damages.add(reader.skip(e));
      }
    }
  }

  @Test
  void shouldStopTheDrainAtTheDamageAndNameIt() throws IOException {
    Path file = files().get(1);
    flip(file, headerLength(file) + 200, 0x10);
    List<Long> read = new ArrayList<>();
    try (Spool spool = directory.open();
        SpoolReader reader = spool.reader()) {
      assertThatThrownBy(
              () -> {
                for (SpooledChange next = reader.next(); next != null; next = reader.next()) {
                  read.add(next.change().position());
                }
              })
          .isInstanceOfSatisfying(
              HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DIFF_FILE_DAMAGED))
          .hasMessageContaining(file.getFileName().toString())
          .hasMessageContaining("transactions after 0/640 up to 0/6A4");
      assertThat(read).endsWith(1_600L);
      assertThatThrownBy(reader::next).isInstanceOf(HaltException.class);
    }
  }

  @Test
  void shouldFindDamageInAFileByItself() throws IOException {
    Path file = files().get(1);
    assertThat(DiffFiles.of(List.of(file)).verify().damages()).isEmpty();
    for (int at : new int[] {0, 100, headerLength(file) - 1, headerLength(file) + 30}) {
      flip(file, at, 1);
      assertThat(DiffFiles.of(List.of(file)).verify().damages()).as("byte " + at).isNotEmpty();
      flip(file, at, 1);
    }
    try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
      torn.setLength(torn.length() - 5);
    }
    DiffFiles.Verification found = DiffFiles.of(List.of(file)).verify();
    assertThat(found.transactions()).isEqualTo(4);
    assertThat(found.damages()).hasSize(1);
    assertThat(found.damages().get(0).after()).isEqualTo(1_900);
  }

  @Test
  void shouldFindAMissingFileAmongSome() {
    List<Path> some = List.of(files().get(0), files().get(2));
    DiffFiles.Verification found = DiffFiles.of(some).verify();
    assertThat(found.transactions()).isEqualTo(10);
    assertThat(DiffFiles.of(some).list())
        .extracting(DiffFileSummary::firstPosition)
        .containsExactly(1_100L, 2_100L);
  }

  private List<Path> files() {
    try {
      return directory.diffFiles();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int headerLength(Path file) {
    try {
      return DiffFileReader.header(Disk.local(), file).length();
    } catch (DamageException e) {
      throw new AssertionError(e);
    }
  }

  private static void flip(Path path, int at, int mask) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(at);
      int value = file.read();
      file.seek(at);
      file.write(value ^ mask);
    }
  }
}
