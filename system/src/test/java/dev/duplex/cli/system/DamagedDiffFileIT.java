package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.producer.spool.DiffFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A block that went bad on the disk stops the drain, is named, and nothing is left out. */
class DamagedDiffFileIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int ROWS = 400;

  @Test
  void shouldStopTheDrainAndGoOnWithTheFileThatWasRestored() throws Exception {
    try (Twin twin = new Twin("")) {
      twin.onPrimary("CREATE TABLE account (id int PRIMARY KEY, balance bigint)");
      twin.succeed("init");
      ChildProcess producer = twin.start("producer", "producer");
      var unused = twin.start("consumer", "consumer");
      twin.onPrimary("INSERT INTO account VALUES (0, 0)");
      twin.awaitInStep();
      twin.lab().broker().kill();
      for (int id = 1; id <= ROWS; id++) {
        twin.onPrimary("INSERT INTO account VALUES (" + id + ", 0)");
      }
      await(
          twin, "all is spooled", () -> DiffFiles.in(twin.spool()).totals().transactions() == ROWS);
      producer.kill();
      Path file = diffFile(twin.spool());
      Path good = twin.directory().resolve("good");
      Files.copy(file, good);
      flipAByteInTheMiddle(file);
      producer = twin.start("producer", "damaged");
      twin.lab().broker().start();

      assertThat(producer.awaitExit(LIMIT)).as(twin.logs()).isEqualTo(4);
      assertThat(producer.lastLogLine())
          .contains("HALTED (DIFF_FILE_DAMAGED)", file.getFileName().toString());
      Twin.Output status = twin.duplex("status");
      assertThat(status.code()).as(status.out() + status.err()).isEqualTo(4);
      assertThat(status.out()).contains("DIFF_FILE_DAMAGED");
      assertThat(twin.duplex("diff", "verify").code()).isNotZero();
      assertThat(onSecondary(twin)).isLessThan(1 + ROWS);

      Files.copy(good, file, StandardCopyOption.REPLACE_EXISTING);
      producer = twin.start("producer", "restored");
      twin.awaitInStep();
      assertThat(producer.isAlive()).as(twin.logs()).isTrue();
      assertThat(onSecondary(twin)).isEqualTo(1 + ROWS);
      twin.assertIdentical();
    }
  }

  private static Path diffFile(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("diff-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void flipAByteInTheMiddle(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static long onSecondary(Twin twin) throws Exception {
    try (Connection connection = twin.secondary()) {
      return Twin.number(connection, "SELECT count(*) FROM account");
    }
  }

  private static void await(Twin twin, String what, Callable<Boolean> condition) throws Exception {
    try {
      Await.until(what, LIMIT, condition);
    } catch (Await.TimedOutError e) {
      throw new AssertionError(twin.logs(), e);
    }
  }
}
