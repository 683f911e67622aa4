package dev.duplex.simulation;

import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.status.StatusLog;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.judge.Judge;
import dev.duplex.schemas.judge.LinkFacts;
import dev.duplex.schemas.judge.SideFacts;
import dev.duplex.schemas.judge.Verdict;
import dev.duplex.schemas.status.AppliedTime;
import dev.duplex.schemas.status.Incidents;
import dev.duplex.simulation.kafka.PartitionLog;
import dev.duplex.simulation.kafka.SimulatedKafka;
import dev.duplex.simulation.kafka.SimulatedRecord;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Promise 5: somebody who reads progress and status, as {@code duplex status} does, is not told
 * {@code IN_SYNC} for longer than diverged-after, and what it takes to tell, while the secondary
 * lacks something.
 */
final class StatusCheck extends Simulator.Actor {
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration DIVERGED_AFTER = Settings.CONFIG.status().divergedAfter();
  private static final Duration TELLING = Duration.ofSeconds(7);

  private final Simulator simulator;
  private final SimulatedPrimary primary;
  private final SimulatedSecondary secondary;
  private final SimulatedKafka kafka;
  private final Link link;
  private final ProgressLog progressLog;
  private final StatusLog statusLog;
  private final Map<Role, Progress> heads = new EnumMap<>(Role.class);
  private final Map<Role, Long> reportedNanos = new EnumMap<>(Role.class);
  private final AppliedTime applied = new AppliedTime();
  private final Incidents incidents = new Incidents();
  private long nextProgress;
  private long nextEvent;
  private long lookedNanos;
  private long wrongNanos;
  private long missing;

  StatusCheck(World world, Link link, ProgressLog progressLog, StatusLog statusLog) {
    super("status");
    this.simulator = world.simulator;
    this.primary = world.primary;
    this.secondary = world.secondary;
    this.kafka = world.kafka;
    this.link = link;
    this.progressLog = progressLog;
    this.statusLog = statusLog;
  }

  @Override
  long turn() {
    if (!kafka.isAway()) {
      try {
        nextProgress = read(link.progressTopic(), nextProgress, this::progress);
        nextEvent =
            read(link.statusTopic(), nextEvent, record -> incidents.take(statusLog.decode(record)));
      } catch (RetryException e) {
        return LOOK.toNanos(); // the registry is away
      }
    }
    judge();
    return LOOK.toNanos();
  }

  private long read(String topic, long from, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    PartitionLog log = kafka.log(topic);
    long stable = log.lastStable();
    long next = from;
    while (next < stable) {
      SimulatedRecord record = log.from(next).get(0);
      if (record.isCommitted()) {
        taker.accept(
            new ConsumerRecord<>(
                topic,
                0,
                record.offset(),
                0,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                record.key(),
                record.value(),
                new RecordHeaders(record.headers()),
                Optional.empty()));
      }
      next = record.offset() + 1;
    }
    return next;
  }

  private void progress(ConsumerRecord<byte[], byte[]> record) {
    Progress progress = progressLog.decode(record);
    if (ProgressOrder.supersedes(progress, heads.get(progress.getRole()))) {
      heads.put(progress.getRole(), progress);
      reportedNanos.put(progress.getRole(), simulator.nanos());
      applied.add(progress, simulator.nanos());
    }
  }

  private SideFacts side(Role role) {
    Long reported = reportedNanos.get(role);
    boolean silent = reported == null || simulator.nanos() - reported >= DIVERGED_AFTER.toNanos();
    return SideFacts.of(Optional.ofNullable(heads.get(role)), silent);
  }

  private void judge() {
    boolean wrong = lacks() && verdict().state() == LinkState.IN_SYNC;
    // Whoever did not look for long, as everybody stood still, was not told anything either.
    long since = Math.min(simulator.nanos() - lookedNanos, 2 * LOOK.toNanos());
    lookedNanos = simulator.nanos();
    wrongNanos = wrong ? wrongNanos + since : 0;
    if (wrongNanos > DIVERGED_AFTER.plus(TELLING).toNanos()) {
      throw simulator.violated(
          "IN_SYNC is said for %d ms while the secondary lacks %d:\n  %s\n  applied %d"
              .formatted(wrongNanos / 1_000_000, missing, heads, applied.micros()));
    }
  }

  private Verdict verdict() {
    return Judge.judge(
        LinkFacts.ofTopics(
            side(Role.PRODUCER),
            side(Role.CONSUMER),
            applied.micros(),
            incidents.open(),
            DIVERGED_AFTER));
  }

  /** Whether the oldest transaction that it lacked at some look is still missing. */
  private boolean lacks() {
    long has = secondary.checkpoint == null ? 0 : secondary.checkpoint.position();
    if (missing != 0 && has < missing) {
      return true;
    }
    int next = primary.firstFrom(has + 1);
    missing = next < primary.log.size() ? primary.log.get(next).position() : 0;
    wrongNanos = 0;
    return missing != 0;
  }

  /** Every incident must be over in the end. */
  boolean isQuiet() {
    return incidents.open().isEmpty();
  }

  @Override
  public String toString() {
    return incidents.open().toString();
  }
}
