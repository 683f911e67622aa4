package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.TpcbRun;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Promise 6: one writer on each side, and another one takes over. */
class TakeoverIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void shouldTakeOverFromTheKilledAndFenceTheFrozen() throws Exception {
    try (Twin twin = new Twin("")) {
      twin.initializeTpcb(1);
      twin.succeed("init", "--copy");
      ChildProcess producer = twin.start("producer", "producer-1");
      ChildProcess consumer = twin.start("consumer", "consumer-1");
      twin.awaitInStep();
      ChildProcess secondProducer = twin.start("producer", "producer-2");
      ChildProcess secondConsumer = twin.start("consumer", "consumer-2");
      awaitLine(secondProducer, "takes over when it is gone");
      awaitLine(secondConsumer, "STANDBY");
      try (TpcbRun load = twin.workload(4).atMost(300).start()) {
        long producerEpoch = epoch(twin, Role.PRODUCER);
        long consumerEpoch = epoch(twin, Role.CONSUMER);
        producer.kill();
        consumer.kill();
        awaitEpochAfter(twin, Role.PRODUCER, producerEpoch);
        awaitEpochAfter(twin, Role.CONSUMER, consumerEpoch);

        ChildProcess thirdProducer = twin.start("producer", "producer-3");
        ChildProcess thirdConsumer = twin.start("consumer", "consumer-3");
        awaitLine(thirdProducer, "takes over when it is gone");
        awaitLine(thirdConsumer, "STANDBY");
        producerEpoch = epoch(twin, Role.PRODUCER);
        consumerEpoch = epoch(twin, Role.CONSUMER);
        secondProducer.freeze();
        secondConsumer.freeze();
        awaitEpochAfter(twin, Role.PRODUCER, producerEpoch);
        awaitEpochAfter(twin, Role.CONSUMER, consumerEpoch);
        producerEpoch = epoch(twin, Role.PRODUCER);
        consumerEpoch = epoch(twin, Role.CONSUMER);
        secondProducer.thaw();
        secondConsumer.thaw();
        awaitLine(secondProducer, "FENCED");
        awaitLine(secondConsumer, "FENCED");
        long committed = load.committed();
        Await.until("the load goes on", LIMIT, () -> load.committed() > committed + 500);
        load.stop();
        // The woken ones took nothing back.
        assertThat(epoch(twin, Role.PRODUCER)).isEqualTo(producerEpoch);
        assertThat(epoch(twin, Role.CONSUMER)).isEqualTo(consumerEpoch);
        assertThat(secondProducer.isAlive()).isTrue();
        assertThat(secondConsumer.isAlive()).isTrue();
      }
      twin.awaitInStep();
      twin.assertIdentical();
    }
  }

  private static long epoch(Twin twin, Role role) {
    Progress head = twin.heads().get(role);
    return head == null ? 0 : head.getEpoch();
  }

  private static void awaitEpochAfter(Twin twin, Role role, long epoch) throws Exception {
    Await.until("another " + role + " takes over", LIMIT, () -> epoch(twin, role) > epoch);
  }

  private static void awaitLine(ChildProcess process, String text) throws Exception {
    Await.until(
        process.log().getFileName() + " says " + text,
        LIMIT,
        () -> Files.readString(process.log()).contains(text));
  }
}
