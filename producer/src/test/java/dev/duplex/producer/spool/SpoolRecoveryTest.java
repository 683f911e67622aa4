package dev.duplex.producer.spool;

import static dev.duplex.producer.spool.TestSpool.chain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolRecoveryTest {
  @TempDir private Path root;
  @TempDir private Path otherRoot;
  private TestSpool directory = new TestSpool(Path.of("."));

  @BeforeEach
  void chooseDirectory() {
    directory = new TestSpool(root);
  }

  /** Three files of one transaction each, positions 1100 to 1300. */
  private void threeFiles() {
    Changes changes = new Changes(1_000, 1);
    for (int i = 0; i < 3; i++) {
      try (Spool spool = directory.open()) {
        changes.transaction(spool, 2, "text " + i);
        spool.commit(changes.position());
      }
    }
  }

  @Test
  void shouldCutATornTailOfAnyLength() throws IOException {
    Changes changes = new Changes(1_000, 1);
    FaultyDisk disk = new FaultyDisk(directory.path());
    try (Spool spool = directory.on(disk).open()) {
      changes.transaction(spool, 2, "confirmed");
      spool.commit(1_108);
      disk.failHead();
      changes.transaction(spool, 2, "written, but not confirmed");
      assertThatThrownBy(() -> spool.commit(1_208)).isInstanceOf(HaltException.class);
    }
    Path file = directory.diffFiles().get(0);
    byte[] whole = Files.readAllBytes(file);
    Head head = Head.parse(Disk.local().read(directory.head()));
    assertThat(head.end()).isNotNull();
    int confirmed = (int) head.end().length();
    assertThat(whole.length).isGreaterThan(confirmed + 50);
    for (int length = confirmed; length <= whole.length; length++) {
      TestSpool copy = directory.copyTo(otherRoot);
      Files.write(copy.diffFiles().get(0), Arrays.copyOf(whole, length));
      assertThat(copy.transactions()).containsExactly(1_100L);
      assertThat(Files.size(copy.diffFiles().get(0))).isEqualTo(confirmed);
    }
  }

  @Test
  void shouldDeleteANewFileThatIsTornAtAnyLength() throws IOException {
    threeFiles();
    byte[] torn = Files.readAllBytes(directory.diffFiles().get(2));
    for (int length = 0; length <= torn.length; length += length < 100 ? 7 : 151) {
      TestSpool copy = directory.copyTo(otherRoot);
      Files.write(
          copy.path().resolve(new DiffFileName(1_400, 4).toString()), Arrays.copyOf(torn, length));
      assertThat(copy.transactions()).isEqualTo(chain(1_100, 1_300));
      assertThat(copy.diffFiles()).hasSize(3);
    }
  }

  @Test
  void shouldGoOnWritingAfterATornTail() throws IOException {
    threeFiles();
    Path last = directory.diffFiles().get(2);
    Files.write(last, new byte[100], StandardOpenOption.APPEND);
    Changes changes = new Changes(1_300, 1);
    try (Spool spool = directory.open()) {
      changes.transaction(spool, 3, "after");
      spool.commit(1_408);
    }
    assertThat(directory.transactions()).isEqualTo(chain(1_100, 1_400));
  }

  @Test
  void shouldHaltWhenSomethingConfirmedIsMissing() throws IOException {
    threeFiles();
    for (int i = 0; i < 3; i++) {
      TestSpool copy = directory.copyTo(otherRoot);
      Path file = copy.diffFiles().get(i);
      String first = "0/" + Integer.toHexString(1_100 + i * 100).toUpperCase(Locale.ROOT);
      Files.delete(file);
      assertDamaged(
          copy, file.getFileName().toString(), "missing", "from " + first + " up to " + first);
    }
  }

  @Test
  void shouldHaltWhenAFileIsShort() throws IOException {
    threeFiles();
    for (int i = 0; i < 3; i++) {
      TestSpool copy = directory.copyTo(otherRoot);
      Path file = copy.diffFiles().get(i);
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      assertDamaged(copy, file.getFileName().toString(), "instead of", "up to 0/");
    }
  }

  @Test
  void shouldHaltWithoutAHeadOrWithAnother() throws IOException {
    threeFiles();
    TestSpool copy = directory.copyTo(otherRoot);
    String head = Disk.local().read(copy.head());
    Files.delete(copy.head());
    assertDamaged(copy, "head", "missing", "diff-");
    Files.writeString(copy.head(), head.replace("length=", "length=1"));
    assertDamaged(copy, "head", "checksum", "");
    Files.writeString(copy.head(), "");
    assertDamaged(copy, "head", "has no 'duplex-spool'", "");
    Files.writeString(copy.head(), head);
    Files.writeString(copy.path().resolve("spool-id"), "another\n");
    assertThatThrownBy(copy::open)
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("belongs to link bank");
  }

  @Test
  void shouldHaltWhenFilesAreExchanged() throws IOException {
    threeFiles();
    List<Path> files = directory.diffFiles();
    Files.copy(files.get(0), files.get(1), StandardCopyOption.REPLACE_EXISTING);
    assertDamaged(directory, files.get(1).getFileName().toString(), "not the file", "0/4B0");
  }

  @Test
  void shouldFinishAReleaseOrClearThatWasCutShort() throws IOException {
    threeFiles();
    Head head = Head.parse(Disk.local().read(directory.head()));
    Files.writeString(directory.head(), head.withFirst(3).format());
    assertThat(directory.transactions()).containsExactly(1_300L);
    assertThat(directory.diffFiles()).hasSize(1);
    Head empty = new Head(head.link(), head.spool(), 1, 0, null);
    Files.writeString(directory.head(), empty.format());
    assertThat(directory.transactions()).isEmpty();
    assertThat(directory.diffFiles()).isEmpty();
  }

  @Test
  void shouldHaveOneWriter() {
    try (Spool spool = directory.open()) {
      assertThat(spool.isEmpty()).isTrue();
      assertThatThrownBy(directory::open)
          .isInstanceOfSatisfying(
              RetryException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.DIFF_FILE_ELSEWHERE));
    }
    directory.open().close();
  }

  private static void assertDamaged(TestSpool directory, String... words) {
    assertThatThrownBy(directory::open)
        .isInstanceOfSatisfying(
            HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DIFF_FILE_DAMAGED))
        .hasMessageContainingAll(words);
    DiffFiles files = DiffFiles.in(directory.path());
    assertThatThrownBy(files::list).isInstanceOf(HaltException.class);
    assertThatThrownBy(files::totals).isInstanceOf(HaltException.class);
    assertThat(files.verify().damages()).isNotEmpty();
  }
}
