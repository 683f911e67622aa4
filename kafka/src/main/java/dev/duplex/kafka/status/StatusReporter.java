package dev.duplex.kafka.status;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.status.Observation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one observer: numbered within the incident, on disk until the broker has
 * acknowledged them and shows them to readers (docs/formats/status.md).
 *
 * <p>Thread-safe. One thread of its own talks to Kafka and follows the topic; another one tells the
 * listeners.
 */
public final class StatusReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);
  private static final long LOOK_LIMIT_SECONDS = 2;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long RETRY_MILLIS = 1_000;
  private static final long LAST_SEND_MILLIS = 3_000;
  private static final long JOIN_MILLIS = 2_000;

  private final KafkaSettings kafka;
  private final SchemaRegistry registry;
  private final Outbox journal;
  private final StatusSender sender;
  private final EventListeners listeners = new EventListeners();
  private final CountDownLatch looked = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private @Nullable StatusFollower follower;
  private boolean hiding;
  private boolean unsure; // whether the topic has what was sent last
  private volatile boolean away;

  private StatusReporter(
      Outbox journal, Observer observer, KafkaSettings kafka, SchemaRegistry registry) {
    this.kafka = kafka;
    this.registry = registry;
    this.journal = journal;
    this.sender = new StatusSender(kafka, observer, registry);
    this.thread = new Thread(this::run, "duplex-status-" + observer);
    thread.setDaemon(true);
  }

  /**
   * Takes over what an earlier process left, and starts the thread. If no incident is known to be
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
    OutboxStore store = new OutboxStore(directory, observer);
    Outbox journal = new Outbox(kafka.link(), observer, instance, store);
    journal.adoptIfFree();
    StatusReporter reporter = new StatusReporter(journal, observer, kafka, registry);
    reporter.thread.start();
    if (journal.newest() == null) {
      try {
        reporter.looked.await(LOOK_LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        reporter.close();
        throw e;
      }
    }
    return reporter;
  }

  /**
   * Reports a fact; when this returns, the event is on disk. Never waits for Kafka. A fact that is
   * true again and again may be reported again and again.
   *
   * @return the event, or empty if it says nothing new: the same state, reason and positions as the
   *     last one, or IN_SYNC, or RECOVERING with drained, while no incident is open
   */
  public Optional<StatusEvent> report(Observation fact) {
    return tell(journal.report(fact));
  }

  /**
   * Reports IN_SYNC in the incident of another observer.
   *
   * @param asked an event of {@link #open()}
   * @return the event, or empty if the incident is not open any more, or goes on in spite of it
   */
  public Optional<StatusEvent> answer(StatusEvent asked, Observation fact) {
    return tell(journal.answer(asked, fact));
  }

  private Optional<StatusEvent> tell(List<StatusEvent> made) {
    made.forEach(listeners::tell);
    return made.stream().findFirst();
  }

  /** The incident of this observer that is open, whichever process opened it. */
  public Optional<String> openIncident() {
    return lastEvent().map(StatusEvent::getIncident);
  }

  /** The last event of this observer in the incident that is open. */
  public Optional<StatusEvent> lastEvent() {
    return Optional.ofNullable(journal.newest());
  }

  /** How many events wait to be sent. */
  public int pending() {
    return journal.pending();
  }

  /** Waits until all events are on the topic; false if that takes longer than the limit. */
  public boolean awaitSent(Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    while (journal.pending() > 0 && !closing.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() - start >= limit.toNanos()) {
        return false;
      }
    }
    return journal.pending() == 0;
  }

  /**
   * The incidents of all observers that are open on the topic, as far as it was read: of each, the
   * last event of its owner.
   */
  public Collection<StatusEvent> open() {
    return journal.openOnTopic();
  }

  /**
   * Adds a listener for every new event of this observer. They are told in order, on one thread; if
   * one does not return, 1,000 events are kept for it and the rest is not told, which is logged.
   */
  public void addListener(Consumer<StatusEvent> listener) {
    listeners.add(listener);
  }

  private void run() {
    long deadline = Long.MAX_VALUE;
    try {
      while (true) {
        if (closing.getCount() == 0) {
          deadline = Math.min(deadline, System.nanoTime() / 1_000_000 + LAST_SEND_MILLIS);
          if (away || journal.pending() == 0 || System.nanoTime() / 1_000_000 >= deadline) {
            return;
          }
        }
        pass();
      }
    } catch (InterruptedException e) {
      LOG.debug("given up while closing"); // only close() does it; the thread ends here
    } finally {
      disconnect();
    }
  }

  private void pass() throws InterruptedException {
    try {
      if (!unsure) {
        journal.adoptIfFree(); // may number anew what waits
      }
      if (exchange(connected()) && away) {
        LOG.info("status events are written again");
        away = false;
      }
    } catch (FencedException e) {
      LOG.debug("another instance has written since; looking what"); // connects again
    } catch (RuntimeException e) { // whatever it is, what waits must go out some day
      noteAway(e);
      disconnect();
      closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private StatusFollower connected() throws InterruptedException {
    StatusFollower connected = follower;
    if (connected == null) {
      sender.prepare();
      connected = StatusFollower.open(kafka, registry, journal::takeIn);
      follower = connected;
      looked.countDown();
      hiding = connected.hidesRecords();
    }
    return connected;
  }

  /** Whether all of it was possible. */
  private boolean exchange(StatusFollower from) throws InterruptedException {
    RetryException undecoded = null;
    try {
      from.poll(journal.pending() == 0 ? POLL : Duration.ZERO).forEach(journal::takeIn);
    } catch (RetryException e) {
      if (e.reason() != Reason.REGISTRY_UNREACHABLE) {
        throw e;
      }
      undecoded = e; // sending needs no registry any more
    }
    boolean sending = journal.pending() > 0;
    // What hides there may be what an earlier process of this observer left; connecting ends it.
    if ((sending || hiding) && sender.connect()) {
      from.pollToEnd().forEach(journal::takeIn); // so that no number is given twice
      unsure = false;
    }
    hiding = false;
    for (StatusEvent event = sending ? journal.next() : null;
        event != null;
        event = journal.next()) {
      unsure = true;
      from.fetchPast(sender.send(event));
      journal.acknowledged(event);
      unsure = false;
    }
    if (undecoded != null) {
      noteAway(undecoded);
      closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
    return undecoded == null;
  }

  private void noteAway(RuntimeException e) {
    if (!away) {
      LOG.warn("status events cannot be written: {}; trying again until they can", e.toString());
      away = true;
    }
  }

  private void disconnect() {
    sender.close();
    if (follower != null) {
      follower.close();
      follower = null;
    }
  }

  /** Sends what waits if Kafka answers; takes 5 s at most. What is left stays on disk. */
  @Override
  public void close() {
    closing.countDown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!away) {
        thread.join(LAST_SEND_MILLIS);
      }
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(JOIN_MILLIS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    listeners.close();
    journal.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
