package dev.duplex.status.topology;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.RegistryInMemory;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusLog;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The topology in a driver, with a clock and topics that the test moves. */
final class TopologyRun implements MonitorEnvironment, AutoCloseable {
  static final Duration SILENT_AFTER = Duration.ofSeconds(5);
  static final Duration STEP = Duration.ofMillis(250);

  final RegistryInMemory server = new RegistryInMemory();
  final SchemaRegistry registry = server.open();
  final Undecodable undecodable = new Undecodable();
  final Set<String> absent = new HashSet<>();
  boolean keepsUp = true;
  private final TopologyTestDriver driver;
  private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new TreeMap<>();
  private final Map<String, List<StatusEvent>> reported = new TreeMap<>();
  private long nanos = 1;

  TopologyRun() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "monitor");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    driver =
        new TopologyTestDriver(
            MonitorTopology.build(
                new MonitorTopology.Options("bank|shop_[a-z0-9_]*", SILENT_AFTER, "1@here#0001"),
                registry,
                this,
                undecodable),
            settings);
  }

  /** Lets time pass; in each second the roles of these links report. */
  void pass(Duration time, Role[] roles, String... links) {
    for (long passed = 0; passed < time.toMillis(); passed += STEP.toMillis()) {
      if (passed % 1_000 == 0) {
        for (String link : links) {
          for (Role role : roles) {
            report(head(link, role).build());
          }
        }
      }
      nanos += STEP.toNanos();
      driver.advanceWallClockTime(STEP);
    }
  }

  /** Lets time pass in silence. */
  void pass(Duration time) {
    pass(time, new Role[0]);
  }

  void report(Progress progress) {
    KafkaSettings kafka = new KafkaSettings(new Link(progress.getLink()), Map.of());
    pipe(new ProgressLog(kafka, registry).record(progress));
  }

  void report(StatusEvent event) {
    pipe(new StatusLog(new Link(event.getLink()), registry).record(event));
  }

  void pipe(ProducerRecord<byte[], byte[]> record) {
    inputs
        .computeIfAbsent(
            record.topic(),
            topic ->
                driver.createInputTopic(
                    topic, new ByteArraySerializer(), new ByteArraySerializer()))
        .pipeInput(new TestRecord<>(record.key(), record.value(), record.headers()));
  }

  Progress.Builder head(String link, Role role) {
    return Progress.newBuilder()
        .setLink(link)
        .setRole(role)
        .setState(ProgressState.LIVE)
        .setEpoch(1)
        .setInstance("1@host#abcd")
        .setHost("host")
        .setSystemId("7")
        .setTimeline(1)
        .setTopicId("topic")
        .setPosition(100)
        .setTransactionId(1)
        .setCommitMicros(1)
        .setDecoded(101)
        .setDecodedMicros(micros())
        .setTransactions(10)
        .setChanges(20);
  }

  /** What the monitor has told of a link, all of it. */
  List<StatusEvent> reported(String link) {
    String topic = new Link(link).statusTopic();
    List<StatusEvent> all = reported.computeIfAbsent(link, any -> new ArrayList<>());
    if (driver.producedTopicNames().contains(topic)) {
      var output =
          driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      PackedMessages messages = new PackedMessages(registry);
      output
          .readRecordsToList()
          .forEach(
              record ->
                  all.add(
                      messages.event(
                          PackedMessages.pack(
                              record.headers().lastHeader("duplex.fingerprint").value(),
                              record.value()))));
    }
    return all;
  }

  /** What a task finds that takes over now. */
  TrackedLink restored(String link) {
    LinkStateStore store = new LinkStateStore(links(), events());
    store.restore(new PackedMessages(registry), nanos);
    return store.tracked(link, nanos);
  }

  LinkSnapshot snapshot(String link) {
    return LinkSnapshot.decode(links().get(FeedKey.link(link)), new PackedMessages(registry));
  }

  KeyValueStore<byte[], byte[]> links() {
    return driver.getKeyValueStore(MonitorTopology.LINKS_STORE);
  }

  KeyValueStore<byte[], byte[]> events() {
    return driver.getKeyValueStore(MonitorTopology.EVENTS_STORE);
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long micros() {
    return 1_000_000_000_000L + nanos / 1_000;
  }

  @Override
  public boolean keepsUp() {
    return keepsUp;
  }

  @Override
  public Presence topic(String name) {
    return absent.contains(name) ? Presence.ABSENT : Presence.PRESENT;
  }

  @Override
  public void close() {
    driver.close();
  }
}
