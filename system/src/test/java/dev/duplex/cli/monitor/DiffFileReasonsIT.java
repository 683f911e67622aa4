package dev.duplex.cli.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What diff files can meet with is shown by all who look, and so is its end. */
class DiffFileReasonsIT {
  private WatchedLink link;

  @BeforeEach
  void start() throws Exception {
    link = new WatchedLink();
  }

  @AfterEach
  void stop() throws Exception {
    link.close();
  }

  @Test
  void shouldShowWhatDiffFilesCanMeetWith() throws Exception {
    spoolFull();
    diffFileElsewhere();
    diffFileDamaged();
  }

  private void spoolFull() throws Exception {
    Path small =
        link.twin()
            .writeConfig(
                "small.yaml",
                link.monitor().configuration()
                    + "spool: { directory: \""
                    + link.twin().directory().resolve("spool")
                    + "\", max-size: 1MB, segment-size: 1MB }");
    link.stopProducer();
    link.startProducer(small);
    link.recovered("the start with a small spool");
    link.twin().lab().broker().kill();
    link.insert();
    link.awaitSpooled();
    link.caused();
    link.twin()
        .onPrimary(
            "INSERT INTO account SELECT -i, (random() * 1e15)::bigint FROM generate_series(1,"
                + " 300000) i");
    link.shownWithoutKafka(LinkState.DIVERGED, Reason.SPOOL_FULL);
    link.twin().lab().broker().start();
    link.recovered("SPOOL_FULL");
    link.stopProducer();
    link.startProducer();
  }

  private void diffFileElsewhere() throws Exception {
    link.twin().lab().broker().kill();
    link.insert();
    link.awaitSpooled();
    link.killProducer();
    Path elsewhere =
        link.twin()
            .writeConfig(
                "elsewhere.yaml",
                link.monitor().configuration()
                    + "spool: { directory: \""
                    + link.twin().directory().resolve("elsewhere")
                    + "\" }");
    link.twin().lab().broker().start();
    link.startProducer(elsewhere);
    link.caused();
    link.shown(LinkState.HALTED, Reason.DIFF_FILE_ELSEWHERE);
    link.killProducer();
    link.startProducer();
    link.recovered("DIFF_FILE_ELSEWHERE");
  }

  private void diffFileDamaged() throws Exception {
    link.twin().lab().broker().kill();
    for (int number = 0; number < 50; number++) {
      link.insert();
    }
    link.awaitSpooled();
    link.killProducer();
    Path file = link.diffFile();
    Path good = link.twin().directory().resolve("good");
    Files.copy(file, good);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    link.startProducer();
    link.twin().lab().broker().start();
    link.caused();
    link.shown(LinkState.HALTED, Reason.DIFF_FILE_DAMAGED);
    link.producerHalted(Reason.DIFF_FILE_DAMAGED, file.getFileName().toString());
    assertThat(link.twin().duplex("diff", "verify").code()).isNotZero();
    assertThat(rowsOnSecondary()).isLessThan(link.rows());
    Files.copy(good, file, StandardCopyOption.REPLACE_EXISTING);
    link.startProducer();
    link.recovered("DIFF_FILE_DAMAGED");
    link.twin().awaitInStep();
    link.twin().assertIdentical();
  }

  private long rowsOnSecondary() throws Exception {
    try (Connection connection = link.twin().secondary()) {
      return Twin.number(connection, "SELECT count(*) FROM account WHERE id > 0");
    }
  }
}
