package dev.duplex.kafka.status;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.status.Observation;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The events of one observer: numbered within the incident, on disk until the broker has
 * acknowledged them and shows them to readers (docs/formats/status.md).
 *
 * <p>Thread-safe. One loop talks to Kafka and follows the topic; another one serves the listeners.
 */
public final class StatusReporter implements AutoCloseable {
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration LAST_SEND_LIMIT = Duration.ofSeconds(3);
  private static final Duration JOIN_LIMIT = Duration.ofSeconds(2);

  private final Time time;
  private final Outbox outbox;
  private final StatusExchange exchange;
  private final Loops.Running running;
  private final EventListeners listeners;
  private volatile boolean closed;

  private StatusReporter(
      Time time,
      Outbox outbox,
      StatusExchange exchange,
      EventListeners listeners,
      Loops.Running running) {
    this.time = time;
    this.outbox = outbox;
    this.exchange = exchange;
    this.listeners = listeners;
    this.running = running;
  }

  /**
   * Takes over what an earlier process left, and starts the loop. If no incident is known to be
   * open, waits until the end of the topic was looked at, 2 s at most.
   *
   * @param directory {@code <spool.directory>/<link>}; created if it is missing
   * @param instance names this process
   */
  public static StatusReporter open(
      Path directory,
      Observer observer,
      String instance,
      KafkaSettings kafka,
      SchemaRegistry registry)
      throws InterruptedException {
    Setting setting = Setting.onDisk(directory, observer, Loops.THREADS);
    StatusReporter reporter = start(setting, observer, instance, kafka, registry);
    if (reporter.lastEvent().isEmpty()) {
      try {
        reporter.awaitLook();
      } catch (InterruptedException e) {
        reporter.close();
        throw e;
      }
    }
    return reporter;
  }

  /**
   * What a reporter lives in.
   *
   * @param store where its events survive
   * @param loops run it
   * @param incidentIds names a new incident, unlike any other
   */
  public record Setting(OutboxStore store, Loops loops, Supplier<String> incidentIds) {
    /**
     * Events that survive in a file.
     *
     * @param directory {@code <spool.directory>/<link>}; created if it is missing
     */
    public static Setting onDisk(Path directory, Observer observer, Loops loops) {
      return new Setting(
          new OutboxOnDisk(directory, observer), loops, () -> UUID.randomUUID().toString());
    }
  }

  /** As above, and waits for nothing. */
  public static StatusReporter start(
      Setting setting,
      Observer observer,
      String instance,
      KafkaSettings kafka,
      SchemaRegistry registry) {
    Outbox outbox =
        new Outbox(
            kafka.link(), observer, instance, setting.store(), kafka.time(), setting.incidentIds());
    outbox.adoptIfFree();
    StatusExchange exchange = new StatusExchange(outbox, observer, kafka, registry);
    String name = "duplex-status-" + observer.name().toLowerCase(Locale.ROOT);
    return new StatusReporter(
        kafka.time(),
        outbox,
        exchange,
        new EventListeners(setting.loops()),
        setting.loops().start(name, exchange));
  }

  /** Whether the end of the topic was looked at, so that an open incident would be known. */
  public boolean hasLooked() {
    return exchange.hasLooked();
  }

  private void awaitLook() throws InterruptedException {
    long begun = time.nanos();
    while (!exchange.hasLooked() && time.nanos() - begun < LOOK_LIMIT.toNanos()) {
      time.sleep(PAUSE);
    }
  }

  /**
   * Reports a fact; when this returns, the event is on disk. Never waits for Kafka. A fact that is
   * true again and again may be reported again and again.
   *
   * @return the event, or empty if it says nothing new: the same state, reason and positions as the
   *     last one, or IN_SYNC, or RECOVERING with drained, while no incident is open
   */
  public Optional<StatusEvent> report(Observation fact) {
    return publish(outbox.report(fact));
  }

  /**
   * Reports IN_SYNC in the incident of another observer.
   *
   * @param asked an event of {@link #open()}
   * @return the event, or empty if the incident is not open any more, or goes on in spite of it
   */
  public Optional<StatusEvent> answer(StatusEvent asked, Observation fact) {
    return publish(outbox.answer(asked, fact));
  }

  private Optional<StatusEvent> publish(List<StatusEvent> made) {
    made.forEach(listeners::publish);
    if (!made.isEmpty() && !exchange.isAway()) {
      running.wake();
    }
    return made.stream().findFirst();
  }

  /** The incident of this observer that is open, whichever process opened it. */
  public Optional<String> openIncident() {
    return lastEvent().map(StatusEvent::getIncident);
  }

  /** The last event of this observer in the incident that is open. */
  public Optional<StatusEvent> lastEvent() {
    return Optional.ofNullable(outbox.newest());
  }

  /** How many events wait to be sent. */
  public int pending() {
    return outbox.pending();
  }

  /** Waits until all events are on the topic; false if that takes longer than the limit. */
  public boolean awaitSent(Duration limit) throws InterruptedException {
    long begun = time.nanos();
    while (outbox.pending() > 0 && !closed && time.nanos() - begun < limit.toNanos()) {
      time.sleep(PAUSE);
    }
    return outbox.pending() == 0;
  }

  /**
   * The incidents of all observers that are open on the topic, as far as it was read: of each, the
   * last event of its owner.
   */
  public Collection<StatusEvent> open() {
    return outbox.openOnTopic();
  }

  /**
   * Adds a listener for every new event of this observer. They are called in order, by one loop; if
   * one does not return, 1,000 events are kept for it and the rest is dropped, which is logged.
   */
  public void addListener(Consumer<StatusEvent> listener) {
    listeners.add(listener);
  }

  /** Sends what waits if Kafka answers; takes 5 s at most. What is left stays on disk. */
  @Override
  public void close() {
    closed = true;
    exchange.finish();
    boolean interrupted = Thread.interrupted();
    try {
      running.wake();
      boolean ended = !exchange.isAway() && running.join(LAST_SEND_LIMIT);
      if (!ended) {
        running.stop();
        ended = running.join(JOIN_LIMIT);
      }
      if (ended) {
        exchange.disconnect(); // if it was stopped between two steps
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    listeners.close();
    outbox.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
