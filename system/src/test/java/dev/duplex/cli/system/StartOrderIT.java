package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.Server;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Machines of a standby site start in any order: a service says what it waits for, and goes on. */
class StartOrderIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void shouldWaitForWhateverIsAway() throws Exception {
    try (Twin twin = new Twin("")) {
      twin.onPrimary("CREATE TABLE account (id int PRIMARY KEY, balance bigint)");
      twin.succeed("init");
      List<Server> all =
          List.of(
              twin.lab().broker(),
              twin.lab().registry(),
              twin.lab().primary(),
              twin.lab().secondary());
      for (Server server : all) {
        server.stop();
      }
      ChildProcess producer = twin.start("producer", "producer");
      ChildProcess consumer = twin.start("consumer", "consumer");
      awaitLines(producer);
      awaitLines(consumer);
      for (int i = all.size() - 1; i >= 0; i--) {
        all.get(i).start();
      }
      twin.onPrimary("INSERT INTO account VALUES (1, 100)");
      twin.awaitInStep();
      twin.assertIdentical();
      assertThat(producer.isAlive()).isTrue();
      assertThat(consumer.isAlive()).isTrue();
      // One line for what is away, not one for each try.
      assertThat(Files.readAllLines(producer.log())).hasSizeLessThan(20);
      assertThat(Files.readAllLines(consumer.log())).hasSizeLessThan(20);
    }
  }

  private static void awaitLines(ChildProcess service) throws Exception {
    Await.until(
        service.log().getFileName() + " says that the database is away",
        LIMIT,
        () -> Files.readString(service.log()).contains("onnection"));
  }
}
