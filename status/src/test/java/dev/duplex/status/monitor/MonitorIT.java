package dev.duplex.status.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.Await;
import dev.duplex.lab.Lab;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.kafka.KafkaSettings;
import dev.duplex.schemas.registry.SchemaRegistry;
import dev.duplex.schemas.status.StatusLog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Against the laboratory's broker and registry. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MonitorIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration DIVERGED_AFTER = Duration.ofSeconds(3);

  private final Lab lab;
  private final SchemaRegistry registry;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private Producer<byte[], byte[]> out;
  private int tests;

  MonitorIT() throws IOException, InterruptedException {
    lab = Lab.of(Lab.Part.BROKER, Lab.Part.REGISTRY).start();
    registry = SchemaRegistry.open(lab.registry().url(), Map.of());
    out = new KafkaProducer<>(kafka("any").producer());
  }

  @BeforeEach
  void count() {
    tests++;
  }

  @AfterAll
  void stop() {
    clock.shutdownNow();
    out.close(Duration.ofSeconds(1));
    registry.close();
    lab.close();
  }

  private KafkaSettings kafka(String link) {
    return new KafkaSettings(
        new Link(link), Map.of("bootstrap.servers", lab.broker().bootstrapServers()));
  }

  /** The topics of a link, and its sides, which begin to report. */
  private Sides link(String name) throws Exception {
    KafkaSettings kafka = kafka(name);
    try (Admin admin = Admin.create(kafka.admin())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(kafka.link().progressTopic(), 1, (short) 1),
                  new NewTopic(kafka.link().statusTopic(), 1, (short) 1)))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
    Sides sides = new Sides(kafka, registry, out);
    sides.beat(clock);
    return sides;
  }

  private Monitor monitor(String prefix) {
    return Monitor.start(
        new MonitorSetup(
            kafka("any"),
            prefix + "_[a-z0-9_]*",
            "duplex-monitor-" + prefix,
            1,
            DIVERGED_AFTER,
            DIVERGED_AFTER,
            "monitor" + ++tests),
        registry,
        List::of,
        Clock.systemUTC());
  }

  private static LinkState state(Monitor monitor, String link) {
    return monitor.link(link).orElseThrow().status().state();
  }

  private static Optional<Reason> reason(Monitor monitor, String link) {
    return monitor.link(link).orElseThrow().status().reason();
  }

  private static void awaitCurrent(Monitor monitor) throws InterruptedException {
    Await.until("a current view", LIMIT, () -> monitor.freshness().current());
  }

  private List<StatusEvent> onTopic(String link) {
    KafkaSettings kafka = kafka(link);
    StatusLog log = new StatusLog(kafka.link(), registry);
    TopicPartition partition = new TopicPartition(kafka.link().statusTopic(), 0);
    List<StatusEvent> events = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka.consumer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          events.add(log.decode(record));
        }
      }
    }
    return events;
  }

  @Test
  void shouldTellOfASilentSideAndThatItIsBack() throws Exception {
    Sides bank = link("one_bank");
    try (Monitor monitor = monitor("one")) {
      awaitCurrent(monitor);
      Await.until("in sync", LIMIT, () -> state(monitor, "one_bank") == LinkState.IN_SYNC);
      bank.lives(Role.PRODUCER, false);
      long start = System.nanoTime();
      Await.until("silence", LIMIT, () -> onTopic("one_bank").size() == 1);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isLessThan(DIVERGED_AFTER.plusSeconds(3));
      Await.until(
          "it in the view",
          LIMIT,
          () -> reason(monitor, "one_bank").equals(Optional.of(Reason.PRODUCER_SILENT)));
      bank.lives(Role.PRODUCER, true);
      Await.until("the end", LIMIT, () -> onTopic("one_bank").size() == 2);
      Await.until("in sync", LIMIT, () -> state(monitor, "one_bank") == LinkState.IN_SYNC);
      assertThat(onTopic("one_bank"))
          .extracting(StatusEvent::getState)
          .containsExactly(LinkState.DIVERGED, LinkState.IN_SYNC);
      IncidentReport incident = monitor.incidents("one_bank").get(0);
      assertThat(incident.observer()).isEqualTo(Observer.MONITOR);
      assertThat(incident.ended()).isPresent();
      assertThat(monitor.samples("one_bank")).isNotEmpty();
    }
  }
}
