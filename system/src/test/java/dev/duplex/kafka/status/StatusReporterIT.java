package dev.duplex.kafka.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.lab.Await;
import dev.duplex.lab.JavaCommand;
import dev.duplex.lab.Lab;
import dev.duplex.lab.SharedLab;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.status.Events;
import dev.duplex.schemas.status.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Against the laboratory's broker and registry. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusReporterIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final int KILLS = Integer.getInteger("duplex.status.kills", 2);

  @TempDir private Path directory;
  private final Lab lab;

  StatusReporterIT() throws IOException, InterruptedException {
    lab = SharedLab.get();
  }

  private KafkaSettings newLink() throws Exception {
    KafkaSettings kafka = settings(SharedLab.newName(), lab.broker().bootstrapServers());
    try (Admin admin = Admin.create(kafka.admin())) {
      admin
          .createTopics(List.of(new NewTopic(kafka.link().statusTopic(), 1, (short) 1)))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
    return kafka;
  }

  private static KafkaSettings settings(String link, String bootstrapServers) {
    return new KafkaSettings(new Link(link), Map.of("bootstrap.servers", bootstrapServers));
  }

  private SchemaRegistry registry() {
    return SchemaRegistry.open(lab.registry().url(), Map.of());
  }

  private List<StatusEvent> onTopic(KafkaSettings kafka) throws Exception {
    List<StatusEvent> events = new ArrayList<>();
    try (SchemaRegistry registry = registry();
        StatusFollower follower = StatusFollower.open(kafka, registry, events::add)) {
      events.addAll(follower.poll(Duration.ZERO));
    }
    return events;
  }

  private void awaitOnTopic(KafkaSettings kafka, int count) throws InterruptedException {
    Await.until(count + " events", LIMIT, () -> onTopic(kafka).size() == count);
  }

  @Test
  void shouldTellAnIncidentFromDivergenceToRecovery() throws Exception {
    KafkaSettings kafka = newLink();
    List<StatusEvent> heard = Collections.synchronizedList(new ArrayList<>());
    try (SchemaRegistry registry = registry();
        StatusReporter relay =
            StatusReporter.open(directory, Observer.PRODUCER, "relay", kafka, registry);
        StatusReporter applier =
            StatusReporter.open(directory, Observer.CONSUMER, "applier", kafka, registry);
        StatusFollower follower = StatusFollower.open(kafka, registry)) {
      relay.addListener(heard::add);
      relay.report(Events.diverged());
      relay.report(Events.drained(9));
      Await.until(
          "the question", LIMIT, () -> applier.open().stream().anyMatch(StatusEvent::getDrained));
      applier.answer(
          applier.open().iterator().next(),
          Observation.inSync(Reason.BROKER_UNREACHABLE, 3_000, "applied").withRange(null, 5L, 9L));
      Await.until("the end", LIMIT, () -> relay.openIncident().isEmpty());
      List<StatusEvent> followed = new ArrayList<>();
      Await.until(
          "three events",
          LIMIT,
          () -> followed.addAll(follower.poll(Duration.ofMillis(200))) && followed.size() == 3);
      assertThat(followed)
          .extracting(StatusEvent::getState)
          .containsExactly(LinkState.DIVERGED, LinkState.RECOVERING, LinkState.IN_SYNC);
      assertThat(followed)
          .extracting(StatusEvent::getIncident)
          .containsOnly(followed.get(0).getIncident());
      assertThat(follower.open()).isEmpty();
      Await.until("the listener", LIMIT, () -> heard.size() == 2);
      assertThat(heard).isEqualTo(followed.subList(0, 2));
    }
  }

  @Test
  void shouldReportAnOutageAfterwardsWithItsTimes() throws Exception {
    KafkaSettings direct = newLink();
    KafkaSettings kafka = settings(direct.link().name(), lab.broker().proxiedBootstrapServers());
    lab.broker().proxy().refuse();
    lab.broker().proxy().reset();
    try (SchemaRegistry registry = registry();
        StatusReporter relay =
            StatusReporter.open(directory, Observer.PRODUCER, "relay", kafka, registry)) {
      relay.report(Events.diverged());
      relay.report(Observation.diverged(Reason.SPOOL_FULL, 1_500, "full"));
      lab.broker().proxy().pass();
      awaitOnTopic(direct, 2);
      assertThat(onTopic(direct))
          .extracting(StatusEvent::getTimeMicros)
          .containsExactly(1_000L, 1_500L);
    } finally {
      lab.broker().proxy().pass();
    }
  }

  @Test
  void shouldJoinWhatAnotherInstanceOpened() throws Exception {
    KafkaSettings kafka = newLink();
    try (SchemaRegistry registry = registry()) {
      String incident;
      try (StatusReporter relay =
          StatusReporter.open(directory.resolve("a"), Observer.PRODUCER, "a", kafka, registry)) {
        incident = relay.report(Events.diverged()).orElseThrow().getIncident();
      }
      try (StatusReporter relay =
          StatusReporter.open(directory.resolve("b"), Observer.PRODUCER, "b", kafka, registry)) {
        assertThat(relay.openIncident()).contains(incident);
        assertThat(relay.report(Events.drained(9)).orElseThrow().getSequence()).isEqualTo(2);
      }
      assertThat(onTopic(kafka)).hasSize(2);
    }
  }

  @Test
  void shouldGiveNoNumberTwiceHoweverManyInstancesReport() throws Exception {
    KafkaSettings kafka = newLink();
    try (SchemaRegistry registry = registry();
        StatusReporter a =
            StatusReporter.open(directory.resolve("a"), Observer.PRODUCER, "a", kafka, registry);
        StatusReporter b =
            StatusReporter.open(directory.resolve("b"), Observer.PRODUCER, "b", kafka, registry)) {
      a.report(Events.diverged());
      Await.until("b has joined", LIMIT, () -> b.openIncident().isPresent());
      for (long number = 1; number <= 20; number++) {
        for (StatusReporter reporter : List.of(a, b)) {
          long position = 2 * number + (reporter == a ? 0 : 1);
          reporter.report(
              Observation.diverged(Reason.SPOOL_FULL, position, "x")
                  .withRange(null, position, null));
        }
      }
      Await.until("all is sent", LIMIT, () -> a.pending() + b.pending() == 0);
    }
    // The reader drops what has a number that it knows.
    assertThat(onTopic(kafka)).hasSize(41).extracting(StatusEvent::getSequence).isSorted();
    assertThat(committed(kafka)).isEqualTo(41);
  }

  /** How many records there are, repeats included. */
  private static int committed(KafkaSettings kafka) {
    TopicPartition partition = new TopicPartition(kafka.link().statusTopic(), 0);
    int count = 0;
    try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka.consumer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        count += consumer.poll(Duration.ofMillis(200)).count();
      }
    }
    return count;
  }

  @Test
  void shouldGetPastWhatCannotBeDecoded() throws Exception {
    KafkaSettings kafka = newLink();
    try (SchemaRegistry registry = registry();
        Producer<byte[], byte[]> producer = new KafkaProducer<>(kafka.producer());
        StatusReporter relay =
            StatusReporter.open(directory, Observer.PRODUCER, "relay", kafka, registry)) {
      producer.send(new ProducerRecord<>(kafka.link().statusTopic(), new byte[] {1, 2})).get();
      relay.report(Events.diverged());
      awaitOnTopic(kafka, 1);
    }
  }

  @Test
  void shouldReportWhileTheRegistryIsAway() throws Exception {
    KafkaSettings kafka = newLink();
    try (SchemaRegistry registry = registry();
        StatusReporter relay =
            StatusReporter.open(directory, Observer.PRODUCER, "relay", kafka, registry)) {
      relay.report(Events.diverged());
      Await.until("the first event", LIMIT, () -> relay.pending() == 0);
      lab.registry().kill();
      try {
        relay.report(Observation.diverged(Reason.REGISTRY_UNREACHABLE, 2_000, "no answer"));
        Await.until("the second event", LIMIT, () -> relay.pending() == 0);
      } finally {
        lab.registry().start();
      }
      awaitOnTopic(kafka, 2);
    }
  }

  /** Reports without end, each event another position, and says so before and after. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      KafkaSettings kafka = settings(arguments[1], arguments[2]);
      SchemaRegistry registry = SchemaRegistry.open(arguments[3], Map.of());
      StatusReporter reporter =
          StatusReporter.open(directory, Observer.PRODUCER, "victim", kafka, registry);
      long number = Files.exists(directory.resolve("made")) ? made(directory) : 0;
      while (true) {
        number++;
        reporter.report(
            Observation.diverged(Reason.SPOOL_FULL, number, "number " + number)
                .withRange(null, number, null));
        Path unfinished = directory.resolve("made.unfinished");
        Files.writeString(unfinished, Long.toString(number));
        Files.move(
            unfinished, directory.resolve("made"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        while (reporter.pending() > 100) {
          LockSupport.parkNanos(1_000_000); // leaves the cores to those who write the events
        }
      }
    }
  }

  private static long made(Path directory) throws IOException {
    return Long.parseLong(Files.readString(directory.resolve("made")));
  }

  @Test
  void shouldLoseNothingWhenKilled() throws Exception {
    KafkaSettings kafka = newLink();
    for (int kill = 0; kill < KILLS; kill++) {
      long before = kill == 0 ? 0 : made(directory);
      long target = before + 20 + 17L * kill;
      Process jvm = startVictim(kafka);
      try {
        Await.until("events", LIMIT, () -> made(directory) >= target || !jvm.isAlive());
        assertThat(jvm.isAlive()).isTrue();
      } finally {
        jvm.destroyForcibly(); // SIGKILL
        jvm.waitFor();
      }
    }
    long made = made(directory);
    try (SchemaRegistry registry = registry();
        StatusReporter reporter =
            StatusReporter.open(directory, Observer.PRODUCER, "last", kafka, registry)) {
      Await.until("the rest", LIMIT, () -> reporter.pending() == 0);
    }
    List<StatusEvent> events = onTopic(kafka);
    assertThat(events)
        .extracting(StatusEvent::getIncident)
        .containsOnly(events.get(0).getIncident());
    // The last one may have been reported and not noted in "made" yet.
    List<Long> times = events.stream().map(StatusEvent::getTimeMicros).distinct().toList();
    assertThat(times).isSorted().hasSizeBetween((int) made, (int) made + 1);
    assertThat(events.get(events.size() - 1).getSequence()).isEqualTo(events.size());
  }

  private Process startVictim(KafkaSettings kafka) throws IOException {
    return new ProcessBuilder(
            JavaCommand.of(
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                directory.toString(),
                kafka.link().name(),
                kafka.bootstrapServers(),
                lab.registry().url()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("out").toFile()))
        .start();
  }
}
