package dev.duplex.producer.relay;

import dev.duplex.schemas.time.Backoff;
import org.jspecify.annotations.Nullable;

/** What a relay remembers from one tenure to the next. Owned by the relay's thread. */
final class RelayHistory {
  private final Backoff backoff = new Backoff();
  private long epoch;
  private @Nullable PublishedEnd published;
  private boolean kafkaAway;

  /** The pauses after failures; reset once publishing is live. */
  Backoff backoff() {
    return backoff;
  }

  /** Under which it had the link last; 0 if it never had, or has said that another one took it. */
  long epoch() {
    return epoch;
  }

  void epoch(long claimed) {
    epoch = claimed;
  }

  /** Up to where it has published itself; null if it has not. */
  @Nullable PublishedEnd published() {
    return published;
  }

  void published(PublishedEnd end) {
    published = end;
  }

  /** Whether publishing failed last, so that it is time to spool before Kafka is tried again. */
  boolean isKafkaAway() {
    return kafkaAway;
  }

  void kafkaAway(boolean away) {
    kafkaAway = away;
  }
}
