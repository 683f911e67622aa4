package dev.duplex.cli.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a receipt says is true, also when server 1 is lost for good right after. */
class ReceiptsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int ROUNDS = Integer.getInteger("duplex.receipt.rounds", 2);

  @Test
  void shouldBeTrueWhateverFails() throws Exception {
    try (ApplicationLab lab = new ApplicationLab("commit: { mode: applied, timeout: 2s }")) {
      ChildProcess consumer = lab.startConsumer();
      Path notes = lab.twin().directory().resolve("notes");
      ChildProcess writer =
          lab.twin()
              .start("writer", ReceiptWriter.class, lab.config().toString(), notes.toString());
      for (int round = 0; round < ROUNDS; round++) {
        awaitMore(lab, notes, CommitLevel.APPLIED);
        lab.servers().broker().kill();
        awaitMore(lab, notes, CommitLevel.LOCAL);
        lab.servers().broker().start();
        awaitMore(lab, notes, CommitLevel.APPLIED);
        consumer.kill();
        awaitMore(lab, notes, CommitLevel.PUBLISHED);
        consumer = lab.startConsumer();
        awaitMore(lab, notes, CommitLevel.APPLIED);
        lab.servers().secondary().kill();
        awaitMore(lab, notes, CommitLevel.PUBLISHED);
        lab.servers().secondary().start();
      }
      awaitMore(lab, notes, CommitLevel.APPLIED);
      writer.kill();
      lab.servers().primary().kill();

      Set<Integer> published = ids(notes, CommitLevel.PUBLISHED);
      Set<Integer> applied = ids(notes, CommitLevel.APPLIED);
      assertThat(onSecondary(lab)).containsAll(applied);
      Await.until("all that was published is applied", LIMIT, () -> isApplied(lab));
      assertThat(onSecondary(lab)).containsAll(published);
      System.out.printf(
          "ReceiptsIT: %d applied, %d published, %d local%n",
          applied.size(), published.size(), ids(notes, CommitLevel.LOCAL).size());
    }
  }

  private static void awaitMore(ApplicationLab lab, Path notes, CommitLevel level)
      throws Exception {
    try {
      // Both modes have come by then: even rows ask for PUBLISHED, odd ones for APPLIED.
      int before = Files.exists(notes) ? ids(notes, level).size() : 0;
      Await.until(
          "more receipts say " + level,
          LIMIT,
          () -> Files.exists(notes) && ids(notes, level).size() >= before + 20);
    } catch (Await.TimedOutError e) {
      throw new AssertionError(lab.logs(), e);
    }
  }

  private static Set<Integer> ids(Path notes, CommitLevel level) throws Exception {
    Set<Integer> ids = new HashSet<>();
    for (String line : Files.readAllLines(notes)) {
      if (line.endsWith(" " + level)) {
        ids.add(Integer.valueOf(line.substring(0, line.indexOf(' '))));
      }
    }
    return ids;
  }

  private static boolean isApplied(ApplicationLab lab) {
    Map<Role, Progress> heads = lab.twin().heads();
    return Stream.of(Role.PRODUCER, Role.CONSUMER)
            .map(heads::get)
            .map(head -> head == null ? -1 : head.getPosition())
            .distinct()
            .count()
        == 1;
  }

  private static Set<Integer> onSecondary(ApplicationLab lab) throws Exception {
    Set<Integer> ids = new HashSet<>();
    try (Connection connection = lab.twin().secondary();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM account")) {
      while (rows.next()) {
        ids.add(rows.getInt(1));
      }
    }
    return ids;
  }
}
