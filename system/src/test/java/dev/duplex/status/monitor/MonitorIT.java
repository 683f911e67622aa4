package dev.duplex.status.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusLog;
import dev.duplex.lab.Await;
import dev.duplex.lab.JavaCommand;
import dev.duplex.lab.Lab;
import dev.duplex.lab.SharedLab;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
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
  private final Producer<byte[], byte[]> out;
  private int monitors;

  MonitorIT() throws IOException, InterruptedException {
    lab = SharedLab.get();
    registry = SchemaRegistry.open(lab.registry().url(), Map.of());
    out = new KafkaProducer<>(kafka("any").producer());
  }

  @AfterAll
  void stop() {
    clock.shutdownNow();
    out.close(Duration.ofSeconds(1));
    registry.close();
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
    return Monitor.start(setup(kafka("any"), prefix, "monitor" + ++monitors), registry, List::of);
  }

  private static MonitorSetup setup(KafkaSettings kafka, String prefix, String instance) {
    return new MonitorSetup(
        kafka,
        prefix + "_[a-z0-9_]*",
        "duplex-monitor-" + prefix,
        1,
        DIVERGED_AFTER,
        DIVERGED_AFTER,
        instance);
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
      Await.until("silence", LIMIT, () -> onTopic("one_bank").size() == 1);
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

  /** A monitor in a process of its own, which the test kills. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws InterruptedException {
      KafkaSettings kafka =
          new KafkaSettings(new Link("any"), Map.of("bootstrap.servers", arguments[1]));
      Monitor.start(
          setup(kafka, arguments[0], "victim"),
          SchemaRegistry.open(arguments[2], Map.of()),
          List::of);
      new CountDownLatch(1).await();
    }
  }

  private Process victim(String prefix) throws IOException {
    return new ProcessBuilder(
            JavaCommand.of(
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                prefix,
                lab.broker().bootstrapServers(),
                lab.registry().url()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void shouldShareTheWorkAndGoOnWhenOneIsClosed() throws Exception {
    List<String> names = List.of("two_a", "two_b", "two_c");
    List<Sides> links = new ArrayList<>();
    for (String name : names) {
      links.add(link(name));
    }
    Monitor first = monitor("two");
    try (Monitor second = monitor("two")) {
      awaitCurrent(first);
      awaitCurrent(second);
      for (Monitor monitor : List.of(first, second)) {
        Await.until("all links", LIMIT, () -> monitor.links().size() == names.size());
      }
      links.forEach(link -> link.lives(Role.CONSUMER, false));
      for (String name : names) {
        Await.until("silence", LIMIT, () -> onTopic(name).size() == 1);
      }
      first.close();
      awaitCurrent(second);
      links.forEach(link -> link.lives(Role.CONSUMER, true));
      for (String name : names) {
        Await.until("the end", LIMIT, () -> onTopic(name).size() == 2);
        Await.until("in sync", LIMIT, () -> state(second, name) == LinkState.IN_SYNC);
        assertOneIncident(name);
      }
    } finally {
      first.close();
    }
  }

  private void assertOneIncident(String link) {
    List<StatusEvent> events = onTopic(link);
    assertThat(events).extracting(StatusEvent::getSequence).containsExactly(1, 2);
    assertThat(events).extracting(StatusEvent::getIncident).containsOnly(incident(events));
    assertThat(events)
        .extracting(StatusEvent::getState)
        .containsExactly(LinkState.DIVERGED, LinkState.IN_SYNC);
  }

  private static String incident(List<StatusEvent> events) {
    return events.get(0).getIncident();
  }

  @Test
  void shouldGoOnInTheIncidentOfAMonitorThatWasKilled() throws Exception {
    Sides bank = link("killed_bank");
    Process victim = victim("killed");
    try {
      Await.until("the victim's work", LIMIT, () -> isWatched("killed"));
      bank.lives(Role.PRODUCER, false);
      Await.until("silence", LIMIT, () -> onTopic("killed_bank").size() == 1);
    } finally {
      victim.destroyForcibly(); // SIGKILL
      victim.waitFor();
    }
    try (Monitor monitor = monitor("killed")) {
      awaitCurrent(monitor);
      assertThat(reason(monitor, "killed_bank")).contains(Reason.PRODUCER_SILENT);
      Instant began = monitor.incidents("killed_bank").get(0).began();
      // What the topic tells may come a moment later than how the link is.
      Await.until(
          "it is known since when",
          LIMIT,
          () -> monitor.link("killed_bank").orElseThrow().since().equals(began));
      bank.lives(Role.PRODUCER, true);
      Await.until("the end", LIMIT, () -> onTopic("killed_bank").size() == 2);
      Await.until("in sync", LIMIT, () -> state(monitor, "killed_bank") == LinkState.IN_SYNC);
    }
    assertOneIncident("killed_bank");
    assertThat(onTopic("killed_bank").get(0).getInstance()).isEqualTo("victim");
  }

  private boolean isWatched(String prefix) throws Exception {
    String topic = "duplex-monitor-" + prefix + "-links-changelog";
    try (Admin admin = Admin.create(kafka("any").admin())) {
      if (!admin.listTopics().names().get(20, TimeUnit.SECONDS).contains(topic)) {
        return false;
      }
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (int partition = 0; partition < 8; partition++) {
        ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
      return admin.listOffsets(ends).all().get(20, TimeUnit.SECONDS).values().stream()
          .allMatch(end -> end.offset() > 0);
    }
  }

  @Test
  void shouldTakeNoOutageOfKafkaForSilence() throws Exception {
    link("away_bank");
    try (Monitor monitor = monitor("away")) {
      awaitCurrent(monitor);
      Await.until("in sync", LIMIT, () -> state(monitor, "away_bank") == LinkState.IN_SYNC);
      lab.broker().kill();
      try {
        Await.until("it is noticed", LIMIT, () -> !monitor.freshness().current());
        long start = System.nanoTime();
        Await.until(
            "longer than silence takes",
            LIMIT,
            () -> System.nanoTime() - start > 2 * DIVERGED_AFTER.toNanos());
        assertThat(monitor.freshness().detail()).isNotEmpty();
        assertThat(state(monitor, "away_bank")).isEqualTo(LinkState.IN_SYNC);
      } finally {
        lab.broker().start();
      }
      awaitCurrent(monitor);
      Await.until(
          "a report",
          LIMIT,
          () -> monitor.link("away_bank").orElseThrow().producerSilence().toSeconds() < 1);
      assertThat(onTopic("away_bank")).isEmpty();
    }
  }

  @Test
  void shouldFindNewLinksAndForgetThoseThatAreGone() throws Exception {
    try (Monitor monitor = monitor("late")) {
      awaitCurrent(monitor);
      assertThat(monitor.links()).isEmpty();
      Sides bank = link("late_bank");
      link("late_other");
      Await.until("both links", LIMIT, () -> monitor.links().size() == 2);
      bank.lives(Role.PRODUCER, false);
      bank.lives(Role.CONSUMER, false);
      try (Admin admin = Admin.create(kafka("any").admin())) {
        admin
            .deleteTopics(List.of("late_bank.progress", "late_bank.status"))
            .all()
            .get(20, TimeUnit.SECONDS);
      }
      Await.until("one link", LIMIT, () -> monitor.links().size() == 1);
      awaitCurrent(monitor);
      assertThat(state(monitor, "late_other")).isEqualTo(LinkState.IN_SYNC);
      assertThat(onTopic("late_other")).isEmpty();
    }
  }

  @Test
  void shouldTellListenersOfNewEventsOnce() throws Exception {
    Sides bank = link("told_bank");
    bank.tell(Observer.CONSUMER, "old", 1, LinkState.DIVERGED);
    bank.tell(Observer.CONSUMER, "old", 2, LinkState.IN_SYNC);
    List<StatusEvent> heard = Collections.synchronizedList(new ArrayList<>());
    try (Monitor monitor = monitor("told");
        MonitorView.Subscription subscription =
            monitor.subscribe(
                new MonitorView.Listener() {
                  @Override
                  public void changed(String link) {}

                  @Override
                  public void event(StatusEvent event) {
                    heard.add(event);
                  }
                })) {
      awaitCurrent(monitor);
      Await.until("the old one", LIMIT, () -> monitor.incidents("told_bank").size() == 1);
      heard.clear();
      bank.tell(Observer.CONSUMER, "new", 1, LinkState.DIVERGED);
      bank.tell(Observer.CONSUMER, "new", 1, LinkState.DIVERGED);
      bank.tell(Observer.CONSUMER, "new", 2, LinkState.HALTED);
      Await.until("both", LIMIT, () -> heard.size() == 2);
      Await.until("halted", LIMIT, () -> state(monitor, "told_bank") == LinkState.HALTED);
      assertThat(heard).extracting(StatusEvent::getSequence).containsExactly(1, 2);
      assertThat(monitor.incidents("told_bank"))
          .extracting(IncidentReport::incident)
          .containsExactly("new", "old");
    }
  }
}
