package dev.duplex.status.topology;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the records that are skipped, and logs the first one of each topic. Thread-safe. */
public final class Undecodable {
  private static final Logger LOG = LoggerFactory.getLogger(Undecodable.class);
  private static final int TOPICS_REMEMBERED = 10_000;

  private final Set<String> topics = ConcurrentHashMap.newKeySet();
  private final AtomicLong count = new AtomicLong();

  void skip(String topic, RuntimeException why) {
    count.incrementAndGet();
    if (topics.size() < TOPICS_REMEMBERED && topics.add(topic)) {
      LOG.warn(
          "a record of {} is skipped ({}), as are others like it; find out who else writes to this"
              + " topic",
          topic,
          why.getMessage());
    }
  }

  /** How many were skipped since this process started. */
  public long count() {
    return count.get();
  }
}
