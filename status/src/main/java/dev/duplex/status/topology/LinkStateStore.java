package dev.duplex.status.topology;

import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.HaltException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of one task, in memory and in its two stores; what the stores hold, the task that comes
 * next finds, and every monitor reads from their changelogs. Owned by one thread.
 */
final class LinkStateStore {
  private static final Logger LOG = LoggerFactory.getLogger(LinkStateStore.class);

  private final KeyValueStore<byte[], byte[]> links;
  private final KeyValueStore<byte[], byte[]> events;
  private final Map<String, TrackedLink> known = new TreeMap<>();
  private final List<byte[]> unreadableEvents = new ArrayList<>();

  LinkStateStore(KeyValueStore<byte[], byte[]> links, KeyValueStore<byte[], byte[]> events) {
    this.links = links;
    this.events = events;
  }

  /**
   * Takes over what is stored.
   *
   * @throws dev.duplex.schemas.failure.RetryException if the registry does not answer
   */
  void restore(PackedMessages messages, long now) {
    try (KeyValueIterator<byte[], byte[]> stored = events.all()) {
      while (stored.hasNext()) {
        KeyValue<byte[], byte[]> entry = stored.next();
        TrackedLink tracked = tracked(FeedKey.link(entry.key), now);
        try {
          tracked.events.restore(FeedKey.number(entry.key), messages.event(entry.value));
        } catch (HaltException | IllegalArgumentException e) {
          LOG.warn("a stored event of link {} is forgotten: {}", tracked.link, e.getMessage());
          tracked.events.skip(FeedKey.number(entry.key));
          unreadableEvents.add(entry.key);
        }
      }
    }
    try (KeyValueIterator<byte[], byte[]> stored = links.all()) {
      while (stored.hasNext()) {
        KeyValue<byte[], byte[]> entry = stored.next();
        if (!FeedKey.isBeat(entry.key)) {
          restore(tracked(FeedKey.link(entry.key), now), entry.value, messages);
        }
      }
    }
  }

  private static void restore(TrackedLink tracked, byte[] value, PackedMessages messages) {
    try {
      tracked.restore(value, messages);
    } catch (HaltException | IllegalArgumentException e) {
      LOG.warn("what is stored of link {} is read anew: {}", tracked.link, e.getMessage());
    }
  }

  /** Deletes what could not be restored; not possible while a task is being made. */
  void tidy() {
    unreadableEvents.forEach(events::delete);
    unreadableEvents.clear();
  }

  TrackedLink tracked(String link, long now) {
    return known.computeIfAbsent(link, name -> new TrackedLink(name, now));
  }

  Collection<TrackedLink> all() {
    return List.copyOf(known.values());
  }

  void save(TrackedLink tracked) {
    links.put(FeedKey.link(tracked.link), tracked.encode());
  }

  /** Stores an event if it is no repeat; false if it is one. */
  boolean add(TrackedLink tracked, StatusEvent event, byte[] packed) {
    var number = tracked.events.take(event);
    if (number.isEmpty()) {
      return false;
    }
    events.put(FeedKey.event(tracked.link, number.getAsLong()), packed);
    for (long surplus : tracked.events.takeSurplus()) {
      events.delete(FeedKey.event(tracked.link, surplus));
    }
    return true;
  }

  /** The link is gone. */
  void remove(TrackedLink tracked) {
    known.remove(tracked.link);
    links.delete(FeedKey.link(tracked.link));
    for (long number : tracked.events.all()) {
      events.delete(FeedKey.event(tracked.link, number));
    }
  }

  /** Shows whoever reads the changelog that the task of a partition works. */
  void beat(int partition, long nanos) {
    links.put(
        FeedKey.beat(partition), java.nio.ByteBuffer.allocate(Long.BYTES).putLong(nanos).array());
  }
}
