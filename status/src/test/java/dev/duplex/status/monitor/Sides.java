package dev.duplex.status.monitor;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusLog;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/** Both sides of a link as far as a monitor sees them: they report as often as real ones. */
final class Sides {
  private static final long HEARTBEAT_MILLIS = 500;

  private final Link link;
  private final Producer<byte[], byte[]> out;
  private final ProgressLog progress;
  private final StatusLog status;
  private final Map<Role, Long> positions = new EnumMap<>(Role.class);
  private final Map<Role, Boolean> living = new EnumMap<>(Role.class);
  private long seconds;

  Sides(KafkaSettings kafka, SchemaRegistry registry, Producer<byte[], byte[]> out) {
    this.link = kafka.link();
    this.out = out;
    this.progress = new ProgressLog(kafka, registry);
    this.status = new StatusLog(link, registry);
    for (Role role : Role.values()) {
      positions.put(role, 100L);
      living.put(role, true);
    }
  }

  void beat(ScheduledExecutorService on) {
    var unused = on.scheduleAtFixedRate(this::report, 0, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
  }

  synchronized void lives(Role role, boolean lives) {
    living.put(role, lives);
  }

  synchronized void at(Role role, long position) {
    positions.put(role, position);
  }

  private synchronized void report() {
    seconds++;
    for (Role role : Role.values()) {
      if (living.getOrDefault(role, false)) {
        long position = positions.getOrDefault(role, 0L);
        var unused = out.send(progress.record(head(link.name(), role, position, seconds)));
      }
    }
  }

  void tell(Observer observer, String incident, int sequence, LinkState state) throws Exception {
    out.send(status.record(event(link.name(), observer, incident, sequence, state)))
        .get(20, TimeUnit.SECONDS);
  }

  static StatusEvent event(
      String link, Observer observer, String incident, int sequence, LinkState state) {
    return StatusEvent.newBuilder()
        .setLink(link)
        .setIncident(incident)
        .setObserver(observer)
        .setSequence(sequence)
        .setInstance("1@host#abcd")
        .setState(state)
        .setPreviousState(LinkState.IN_SYNC)
        .setReason(Reason.SECONDARY_DOWN.name())
        .setTimeMicros(sequence * 1_000_000L)
        .setDetail("told")
        .build();
  }

  static Progress head(String link, Role role, long position, long seconds) {
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
        .setPosition(position)
        .setTransactionId(1)
        .setCommitMicros(seconds * 1_000_000)
        .setDecoded(position + 1)
        .setDecodedMicros(seconds * 1_000_000)
        .setPrimaryMicros(seconds * 1_000_000)
        .setTransactions(position)
        .setChanges(position * 2)
        .build();
  }
}
