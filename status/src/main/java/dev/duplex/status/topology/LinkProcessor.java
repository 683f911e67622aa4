package dev.duplex.status.topology;

import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings together what both sides and the status topic say of each link, finds who is silent, and
 * reports it on the status topic: number, state and event are one Kafka transaction. Owned by the
 * thread of its task.
 */
final class LinkProcessor
    implements Processor<
        byte[], byte[], ProducerRecord<byte[], byte[]>, ProducerRecord<byte[], byte[]>> {
  private static final Logger LOG = LoggerFactory.getLogger(LinkProcessor.class);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
  // Longer than it takes until a new topic is known.
  private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What belongs to one task, and is there from its initialisation on. */
  private record Task(
      ProcessorContext<ProducerRecord<byte[], byte[]>, ProducerRecord<byte[], byte[]>> context,
      LinkStateStore store) {}

  private final MonitorTopology.Options options;
  private final MonitorEnvironment environment;
  private final Undecodable undecodable;
  private final PackedMessages messages;
  private final StatusRecords records;
  private final UpstreamHeartbeat upstream = new UpstreamHeartbeat();
  private final Punctuation looking = new Punctuation();
  private @Nullable Task task;
  private long beatNanos;

  LinkProcessor(
      MonitorTopology.Options options,
      SchemaRegistry registry,
      MonitorEnvironment environment,
      Undecodable undecodable) {
    this.options = options;
    this.environment = environment;
    this.undecodable = undecodable;
    this.messages = new PackedMessages(registry);
    this.records = new StatusRecords(registry);
  }

  @Override
  public void init(
      ProcessorContext<ProducerRecord<byte[], byte[]>, ProducerRecord<byte[], byte[]>> context) {
    LinkStateStore store =
        new LinkStateStore(
            context.getStateStore(MonitorTopology.LINKS_STORE),
            context.getStateStore(MonitorTopology.EVENTS_STORE));
    long now = environment.nanos();
    store.restore(messages, now);
    beatNanos = now - BEAT_NANOS;
    Task made = new Task(context, store);
    task = made;
    // What was tracked before is not written to any more, so that soon all are silent there.
    looking.restart(
        () ->
            context.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, millis -> look(made, millis)));
  }

  @Override
  public void close() {
    looking.end();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    long now = environment.nanos();
    Source source = Source.of(record.headers());
    if (source == Source.BEAT) {
      upstream.beat(now);
      return;
    }
    if (task == null) {
      return;
    }
    String link = FeedKey.link(record.key());
    try {
      byte[] packed = pack(record);
      if (source == Source.PROGRESS) {
        take(task.store, check(link, messages.progress(packed)), packed, now);
      } else {
        take(task.store, check(link, messages.event(packed)), packed, now);
      }
    } catch (HaltException | IllegalArgumentException e) {
      undecodable.skip(source.topic(link), e);
    }
  }

  private static byte[] pack(Record<byte[], byte[]> record) {
    Header fingerprint = record.headers().lastHeader(WireFormat.FINGERPRINT_HEADER);
    if (fingerprint == null) {
      throw new IllegalArgumentException("no header " + WireFormat.FINGERPRINT_HEADER);
    }
    return PackedMessages.pack(fingerprint.value(), record.value());
  }

  private static Progress check(String link, Progress progress) {
    require(link, progress.getLink());
    return progress;
  }

  private static StatusEvent check(String link, StatusEvent event) {
    require(link, event.getLink());
    return event;
  }

  private static void require(String link, String named) {
    if (!link.equals(named)) {
      throw new IllegalArgumentException("it is about another link");
    }
  }

  private static void take(LinkStateStore store, Progress progress, byte[] packed, long now) {
    TrackedLink tracked = store.tracked(progress.getLink(), now);
    tracked.take(progress, packed, now);
    store.save(tracked);
  }

  private static void take(LinkStateStore store, StatusEvent event, byte[] packed, long now) {
    TrackedLink tracked = store.tracked(event.getLink(), now);
    if (store.add(tracked, event, packed)) {
      tracked.follow(event, packed);
      store.save(tracked);
    }
  }

  private void look(Task at, long millis) {
    at.store.tidy();
    long now = environment.nanos();
    boolean listening = upstream.isListening(now);
    if (listening && now - beatNanos >= BEAT_NANOS) {
      at.store.beat(at.context.taskId().partition(), now);
      beatNanos = now;
    }
    for (TrackedLink tracked : at.store.all()) {
      if (isGone(tracked, now)) {
        LOG.info("link {} has no topics any more and is forgotten", tracked.link);
        at.store.remove(tracked);
        records.forget(tracked.link);
        continue;
      }
      long limit = options.silentAfter().toNanos();
      if (listening && tracked.listen(now, upstream.sinceNanos(), limit)) {
        at.store.save(tracked);
      }
      if (!tracked.silent().equals(tracked.reported())) {
        report(at, tracked, now, millis);
      }
    }
  }

  private boolean isGone(TrackedLink tracked, long now) {
    return now - tracked.lastReceivedNanos() > GONE_NANOS
        && environment.topic(new Link(tracked.link).progressTopic())
            == MonitorEnvironment.Presence.ABSENT;
  }

  private void report(Task at, TrackedLink tracked, long now, long millis) {
    String topic = new Link(tracked.link).statusTopic();
    if (environment.topic(topic) != MonitorEnvironment.Presence.PRESENT) {
      return; // a topic that is not there would hold up all links
    }
    StatusEvent event = Silence.event(tracked, options.instance(), whenMicros(tracked, now));
    records
        .record(event, now)
        .ifPresent(
            record -> {
              byte[] fingerprint = WireFormat.fingerprint(event.getSchema());
              tracked.report(event, PackedMessages.pack(fingerprint, record.value()));
              at.store.save(tracked);
              at.context.forward(new Record<>(record, record, millis, record.headers()));
              LOG.info("link {}: {} ({})", tracked.link, event.getState(), event.getReason());
            });
  }

  /** Silence began when the side was heard for the last time. */
  private long whenMicros(TrackedLink tracked, long now) {
    boolean fresh = !tracked.reported().containsAll(tracked.silent());
    long quietNanos =
        fresh && upstream.isListening(now)
            ? tracked.quietNanos(Silence.newest(tracked), now, upstream.sinceNanos())
            : 0;
    return environment.micros() - TimeUnit.NANOSECONDS.toMicros(quietNanos);
  }
}
