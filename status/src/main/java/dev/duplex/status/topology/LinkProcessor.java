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
 * tells it on the status topic: number, state and event are one Kafka transaction. Owned by the
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
      LinkStateStore shelf) {}

  private final MonitorTopology.Options options;
  private final MonitorEnvironment surroundings;
  private final Undecodable undecodable;
  private final PackedMessages messages;
  private final StatusRecords teller;
  private final UpstreamHeartbeat hearing = new UpstreamHeartbeat();
  private final Punctuation looking = new Punctuation();
  private @Nullable Task task;
  private long beatNanos;

  LinkProcessor(
      MonitorTopology.Options options,
      SchemaRegistry registry,
      MonitorEnvironment surroundings,
      Undecodable undecodable) {
    this.options = options;
    this.surroundings = surroundings;
    this.undecodable = undecodable;
    this.messages = new PackedMessages(registry);
    this.teller = new StatusRecords(registry);
  }

  @Override
  public void init(
      ProcessorContext<ProducerRecord<byte[], byte[]>, ProducerRecord<byte[], byte[]>> context) {
    LinkStateStore shelf =
        new LinkStateStore(
            context.getStateStore(MonitorTopology.LINKS_STORE),
            context.getStateStore(MonitorTopology.EVENTS_STORE));
    long now = surroundings.nanos();
    shelf.restore(messages, now);
    beatNanos = now - BEAT_NANOS;
    Task made = new Task(context, shelf);
    task = made;
    // In the books of before nobody writes any more, so that soon everybody is silent there.
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
    long now = surroundings.nanos();
    Source source = Source.of(record.headers());
    if (source == Source.BEAT) {
      hearing.beat(now);
      return;
    }
    if (task == null) {
      return;
    }
    String link = FeedKey.link(record.key());
    try {
      byte[] packed = pack(record);
      if (source == Source.PROGRESS) {
        take(task.shelf, check(link, messages.progress(packed)), packed, now);
      } else {
        take(task.shelf, check(link, messages.event(packed)), packed, now);
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

  private static void take(LinkStateStore shelf, Progress progress, byte[] packed, long now) {
    TrackedLink book = shelf.book(progress.getLink(), now);
    book.take(progress, packed, now);
    shelf.save(book);
  }

  private static void take(LinkStateStore shelf, StatusEvent event, byte[] packed, long now) {
    TrackedLink book = shelf.book(event.getLink(), now);
    if (shelf.add(book, event, packed)) {
      book.follow(event, packed);
      shelf.save(book);
    }
  }

  private void look(Task at, long millis) {
    at.shelf.tidy();
    long now = surroundings.nanos();
    boolean listening = hearing.isListening(now);
    if (listening && now - beatNanos >= BEAT_NANOS) {
      at.shelf.beat(at.context.taskId().partition(), now);
      beatNanos = now;
    }
    for (TrackedLink book : at.shelf.all()) {
      if (isGone(book, now)) {
        LOG.info("link {} has no topics any more and is forgotten", book.link);
        at.shelf.remove(book);
        teller.forget(book.link);
        continue;
      }
      long limit = options.silentAfter().toNanos();
      if (listening && book.listen(now, hearing.sinceNanos(), limit)) {
        at.shelf.save(book);
      }
      if (!book.silent().equals(book.told())) {
        tell(at, book, now, millis);
      }
    }
  }

  private boolean isGone(TrackedLink book, long now) {
    return now - book.lastHeardNanos() > GONE_NANOS
        && surroundings.topic(new Link(book.link).progressTopic())
            == MonitorEnvironment.Presence.ABSENT;
  }

  private void tell(Task at, TrackedLink book, long now, long millis) {
    String topic = new Link(book.link).statusTopic();
    if (surroundings.topic(topic) != MonitorEnvironment.Presence.PRESENT) {
      return; // a topic that is not there would hold up all links
    }
    StatusEvent event = Silence.event(book, options.instance(), whenMicros(book, now));
    teller
        .record(event, now)
        .ifPresent(
            record -> {
              byte[] fingerprint = WireFormat.fingerprint(event.getSchema());
              book.tell(event, PackedMessages.pack(fingerprint, record.value()));
              at.shelf.save(book);
              at.context.forward(new Record<>(record, record, millis, record.headers()));
              LOG.info("link {}: {} ({})", book.link, event.getState(), event.getReason());
            });
  }

  /** Silence began when the side was heard for the last time. */
  private long whenMicros(TrackedLink book, long now) {
    boolean fresh = !book.told().containsAll(book.silent());
    long quietNanos =
        fresh && hearing.isListening(now)
            ? book.quietNanos(Silence.newest(book), now, hearing.sinceNanos())
            : 0;
    return surroundings.micros() - TimeUnit.NANOSECONDS.toMicros(quietNanos);
  }
}
