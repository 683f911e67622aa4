package dev.duplex.producer.spool;

import static dev.duplex.producer.spool.TestSpool.chain;
import static dev.duplex.producer.spool.TestSpool.transactions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.RetryException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolKillTest {
  private static final int KILLS = Integer.getInteger("duplex.kills", 8);

  @TempDir private Path root;

  @Test
  void shouldLoseNothingConfirmedWhenKilled() throws Exception {
    long seed = Seed.choose("SpoolKillTest");
    Random random = new Random(seed);
    TestSpool directory = new TestSpool(root);
    long end = 1_000;
    long released = 1_000;
    for (int kill = 0; kill < KILLS; kill++) {
      Process writer = start(random.nextLong());
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
        int lines = random.nextInt(200);
        for (int i = 0; i < lines; i++) {
          String line = out.readLine();
          assertThat(line).as("seed " + seed).isNotNull();
          if (i == 0) {
            assertThatThrownBy(directory::open)
                .isInstanceOfSatisfying(
                    RetryException.class,
                    e -> assertThat(e.reason()).isEqualTo(Reason.DIFF_FILE_ELSEWHERE));
          }
          end = Math.max(end, SpoolWriter.committed(line, end));
          released = Math.max(released, SpoolWriter.released(line, released));
        }
        // Through the handle, because Process itself would close the stream.
        writer.toHandle().destroyForcibly();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          end = Math.max(end, SpoolWriter.committed(line, end));
          released = Math.max(released, SpoolWriter.released(line, released));
        }
      }
      assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
      try (Spool spool = directory.open();
          SpoolReader reader = spool.reader()) {
        List<Long> read = transactions(reader);
        SpoolEnd found = spool.end();
        if (found == null) {
          assertThat(end).as("seed " + seed).isEqualTo(1_000);
          continue;
        }
        assertThat(found.position()).as("seed " + seed).isGreaterThanOrEqualTo(end);
        end = found.position();
        if (!read.isEmpty()) {
          assertThat(read).as("seed " + seed).isEqualTo(chain(read.get(0), end));
        }
        assertThat(read).as("seed " + seed).containsAll(chain(released + Changes.STEP, end));
      }
    }
    assertThat(end).isGreaterThan(1_000);
  }

  private Process start(long seed) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            SpoolWriter.class.getName(),
            root.toString(),
            Long.toString(seed))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
