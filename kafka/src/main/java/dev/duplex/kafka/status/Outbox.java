package dev.duplex.kafka.status;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.judge.LinkTransitions;
import dev.duplex.schemas.status.Incidents;
import dev.duplex.schemas.status.Observation;
import dev.duplex.schemas.time.Time;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one observer has to send: its open incidents, the events that wait, and what the topic has
 * of others. Decides which facts are news and how they are numbered. Everything that must survive
 * is stored before a call returns.
 *
 * <p>Thread-safe; waits for the disk only.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final long UPDATE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int DETAIL_LIMIT = 2_000;

  private final Link link;
  private final Observer observer;
  private final String instance;
  private final OutboxStore store;
  private final Time time;
  private final Supplier<String> incidentIds;
  private final Incidents topic = new Incidents();
  // The last event of this observer in each incident of its own that is open.
  private final Map<String, StatusEvent> open = new LinkedHashMap<>();
  private final OutboxQueue waiting = new OutboxQueue();
  private long madeAt;

  /**
   * An empty one.
   *
   * @param incidentIds names a new incident, unlike any other
   */
  Outbox(
      Link link,
      Observer observer,
      String instance,
      OutboxStore store,
      Time time,
      Supplier<String> incidentIds) {
    this.link = link;
    this.observer = observer;
    this.instance = instance;
    this.store = store;
    this.time = time;
    this.incidentIds = incidentIds;
    this.madeAt = time.nanos() - UPDATE_NANOS;
  }

  /** Takes over what is on disk, as soon as no other process has it. */
  synchronized void adoptIfFree() {
    Optional<OutboxContent> found = store.adoptIfFree();
    if (found.isEmpty()) {
      return;
    }
    List<StatusEvent> ours = waiting.takeAll();
    // Counted anew behind what is found, so that a number is left out only if it is used there.
    ours.forEach(event -> open.remove(event.getIncident()));
    for (StatusEvent event : found.get().acknowledged()) {
      topic.take(event);
      if (topic.last(event.getIncident()) != null) { // else it has ended meanwhile
        open.putIfAbsent(event.getIncident(), event);
      }
    }
    for (StatusEvent event : found.get().waiting()) {
      if (!topic.has(event)) {
        waiting.add(event);
        note(event);
      }
    }
    for (StatusEvent event : ours) {
      StatusEvent numbered = withSequence(event, nextSequence(event.getIncident()));
      waiting.add(numbered);
      note(numbered);
    }
    save();
  }

  /** The event that a fact makes, or several if several incidents end with it. */
  synchronized List<StatusEvent> report(Observation fact) {
    List<StatusEvent> made = new ArrayList<>();
    if (fact.ends()) {
      for (StatusEvent last : List.copyOf(open.values())) {
        if (isNews(fact, last)) {
          made.add(event(observer, last.getIncident(), last.getState(), fact));
        }
      }
    } else {
      StatusEvent last = newest();
      if (last == null) {
        made.add(event(observer, incidentIds.get(), LinkState.IN_SYNC, fact));
      } else if (isNews(fact, last)) {
        made.add(event(observer, last.getIncident(), last.getState(), fact));
      }
    }
    add(made);
    return made;
  }

  /** The IN_SYNC with which this observer ends another's incident, if it does. */
  synchronized List<StatusEvent> answer(StatusEvent asked, Observation fact) {
    String incident = asked.getIncident();
    StatusEvent answer = event(asked.getObserver(), incident, asked.getState(), fact);
    if (waiting.has(incident) || !topic.isEndedBy(answer)) {
      return List.of();
    }
    add(List.of(answer));
    return List.of(answer);
  }

  private void add(List<StatusEvent> made) {
    if (made.isEmpty()) {
      return;
    }
    for (StatusEvent event : made) {
      waiting.add(event);
      note(event);
    }
    madeAt = time.nanos();
    save();
  }

  private void note(StatusEvent event) {
    if (event.getState() == LinkState.IN_SYNC) {
      open.remove(event.getIncident());
    } else {
      open.put(event.getIncident(), event);
    }
  }

  private boolean isNews(Observation fact, StatusEvent last) {
    Observation.Range range = fact.range();
    boolean samePrimary = Objects.equals(range.identity(), identity(last));
    if (fact.drained() && last.getDrained()) {
      return !samePrimary; // positions of another primary are what the applier waits for now
    }
    boolean same =
        fact.state() == last.getState()
            && fact.drained() == last.getDrained()
            && fact.reason().name().equals(last.getReason());
    if (!same || !samePrimary || !Objects.equals(range.first(), last.getFirstPosition())) {
      return true;
    }
    return !Objects.equals(range.last(), last.getLastPosition())
        && time.nanos() - madeAt >= UPDATE_NANOS;
  }

  private static @Nullable PrimaryIdentity identity(StatusEvent event) {
    String systemId = event.getSystemId();
    Integer timeline = event.getTimeline();
    return systemId == null || timeline == null ? null : new PrimaryIdentity(systemId, timeline);
  }

  private StatusEvent event(Observer owner, String incident, LinkState previous, Observation fact) {
    PrimaryIdentity identity = fact.range().identity();
    String line = fact.detail().replaceAll("\\p{Cntrl}+", " ");
    return StatusEvent.newBuilder()
        .setLink(link.name())
        .setIncident(incident)
        .setObserver(observer)
        .setSequence(nextSequence(incident))
        .setInstance(instance)
        .setState(LinkTransitions.require(owner, previous, fact.state()))
        .setPreviousState(previous)
        .setReason(fact.reason().name())
        .setTimeMicros(fact.timeMicros())
        .setSystemId(identity == null ? null : identity.systemId())
        .setTimeline(identity == null ? null : identity.timeline())
        .setFirstPosition(fact.range().first())
        .setLastPosition(fact.range().last())
        .setDrained(fact.drained())
        .setTransactions(fact.pending().transactions())
        .setChanges(fact.pending().changes())
        .setOldestCommitMicros(fact.pending().oldestCommitMicros())
        .setBytesSpooled(fact.pending().bytesSpooled())
        .setDetail(line.length() <= DETAIL_LIMIT ? line : line.substring(0, DETAIL_LIMIT))
        .build();
  }

  private int nextSequence(String incident) {
    StatusEvent own = open.get(incident);
    int known = Math.max(topic.sequence(incident, observer), waiting.sequence(incident));
    return 1 + Math.max(known, own == null ? 0 : own.getSequence());
  }

  private static StatusEvent withSequence(StatusEvent event, int sequence) {
    return event.getSequence() == sequence
        ? event
        : StatusEvent.newBuilder(event).setSequence(sequence).build();
  }

  /** An event that is on the topic; perhaps one that was sent without an answer. */
  synchronized void receive(StatusEvent event) {
    boolean sent = waiting.contains(event);
    if (sent) {
      waiting.remove(event);
    }
    boolean changed = topic.take(event) && settle(event.getIncident());
    if (sent || changed) {
      save();
    }
  }

  /** Follows the topic in what is open; whether something has changed. */
  private boolean settle(String incident) {
    StatusEvent last = topic.last(incident);
    StatusEvent own = open.get(incident);
    if (last == null) {
      // What waits goes on in the incident, and will open it again.
      return own != null && !waiting.has(incident) && open.remove(incident, own);
    }
    if (last.getObserver() == observer
        && !waiting.has(incident)
        && (own == null || own.getSequence() < last.getSequence())) {
      open.put(incident, last);
      return true;
    }
    return false;
  }

  /** The next event to send, the same until it is acknowledged; null if there is none. */
  synchronized @Nullable StatusEvent next() {
    StatusEvent event = waiting.first();
    while (event != null && topic.has(event)) {
      acknowledged(event);
      event = waiting.first();
    }
    while (event != null && topic.sequence(event.getIncident(), observer) >= event.getSequence()) {
      renumber(event.getIncident());
      event = waiting.first();
    }
    return event;
  }

  /**
   * Another instance of this observer has gone on in the incident, with the same numbers. What was
   * seen here is reported behind it, but whether the incident is over is the other one's to say.
   */
  private void renumber(String incident) {
    int sequence = topic.sequence(incident, observer);
    for (StatusEvent event : waiting.takeAll()) {
      if (!event.getIncident().equals(incident)) {
        waiting.add(event);
      } else if (topic.has(event)) {
        LOG.debug("event {} of incident {} was sent already", event.getSequence(), incident);
      } else if (event.getState() != LinkState.IN_SYNC && !event.getDrained()) {
        StatusEvent renumbered = withSequence(event, ++sequence);
        waiting.add(renumbered);
        open.put(incident, renumbered);
      }
    }
    if (!waiting.has(incident)) {
      open.remove(incident);
      settle(incident);
    }
    save();
  }

  /** The topic's readers see it. */
  synchronized void acknowledged(StatusEvent event) {
    waiting.remove(event);
    topic.take(event);
    settle(event.getIncident());
    save();
  }

  /** How many events wait. */
  synchronized int pending() {
    return waiting.size();
  }

  /** The last event of this observer in the incident that it goes on in; null if none is open. */
  synchronized @Nullable StatusEvent newest() {
    StatusEvent newest = null;
    for (StatusEvent event : open.values()) {
      newest = event;
    }
    return newest;
  }

  /** The last event of its owner for each incident that is open on the topic. */
  synchronized Collection<StatusEvent> openOnTopic() {
    return topic.open();
  }

  /** Gives the file back; what waits stays in it. */
  synchronized void close() {
    save();
    if (waiting.size() > 0 && !store.isHeld()) {
      LOG.warn(
          "{} status events of link {} are lost: Kafka has not got them, and another process has"
              + " their file",
          waiting.size(),
          link);
    }
    store.close();
  }

  private void save() {
    store.save(
        () ->
            new OutboxContent(
                open.values().stream().filter(event -> !waiting.contains(event)).toList(),
                waiting.all()));
  }
}
