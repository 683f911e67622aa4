package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A primary that was set back is noticed, named in one line, ends the producer with exit code 4,
 * and is mended by {@code init --recopy}. What else takes a link its place: LostPlaceReasonsIT.
 */
class LostPlaceIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int HALTED = 4;

  private Twin twin;
  private ChildProcess producer;
  private ChildProcess consumer;

  @BeforeEach
  void start() throws Exception {
    twin = new Twin("");
    twin.onPrimary("CREATE TABLE account (id int PRIMARY KEY, balance bigint)");
    twin.succeed("init");
    producer = twin.start("producer", "producer");
    consumer = twin.start("consumer", "consumer");
    insert(1);
    twin.awaitInStep();
  }

  @AfterEach
  void stop() {
    twin.close();
  }

  @Test
  void shouldNoticeAPrimaryThatWasSetBack() throws Exception {
    producer.kill();
    Path data = twin.lab().directory().resolve("primary");
    Path backup = twin.lab().directory().resolve("primary-backup");
    twin.lab().primary().stop();
    copy(data, backup);
    twin.lab().primary().start();
    producer = twin.start("producer", "producer");
    insert(2);
    twin.awaitInStep();
    producer.kill();
    twin.lab().primary().stop();
    delete(data);
    Files.move(backup, data);
    twin.lab().primary().start();
    // The new history grows longer than the old one, so its end alone tells nothing.
    twin.onPrimary("INSERT INTO account SELECT i, 0 FROM generate_series(1000, 9000) i");
    producer = twin.start("producer", "producer");
    assertHalted(producer, "CAPTURE_LOST", "restored to an earlier point");
    recopy();
  }

  private void insert(int id) throws Exception {
    twin.onPrimary("INSERT INTO account VALUES (" + id + ", 100)");
  }

  private void assertHalted(ChildProcess service, String reason, String text) throws Exception {
    assertThat(service.awaitExit(LIMIT)).as(twin.logs()).isEqualTo(HALTED);
    assertThat(service.lastLogLine()).contains(reason).contains(text).contains("duplex init");
  }

  /** The way out that the line names. */
  private void recopy() throws Exception {
    twin.succeed("init", "--recopy");
    if (!producer.isAlive()) {
      producer = twin.start("producer", "producer");
    }
    if (!consumer.isAlive()) {
      consumer = twin.start("consumer", "consumer");
    }
    insert(100);
    twin.awaitInStep();
    twin.assertIdentical();
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            to.resolve(from.relativize(file).toString()),
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void delete(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
