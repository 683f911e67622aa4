package dev.duplex.simulation.kafka;

import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of a partition, or the marker at the end of a transaction ("control batch", which no
 * client gets to see but which has an offset).
 */
public final class SimulatedRecord {
  final long offset;
  final long producerId;
  final boolean marker;
  final byte @Nullable [] key;
  final byte @Nullable [] value;
  final Header[] headers;
  final long timestampMillis;
  private boolean decided;
  private boolean committed;

  SimulatedRecord(
      long offset,
      long producerId,
      boolean marker,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Header[] headers,
      long timestampMillis) {
    this.offset = offset;
    this.producerId = producerId;
    this.marker = marker;
    this.key = key;
    this.value = value;
    this.headers = headers;
    this.timestampMillis = timestampMillis;
  }

  void decide(boolean commit) {
    decided = true;
    committed = commit;
  }

  public long offset() {
    return offset;
  }

  public byte @Nullable [] key() {
    return key;
  }

  public byte @Nullable [] value() {
    return value;
  }

  public Header[] headers() {
    return headers.clone();
  }

  /** Whether its transaction has ended, or it is in none. */
  public boolean isDecided() {
    return decided;
  }

  /** Whether readers of committed records get it. */
  public boolean isCommitted() {
    return decided && committed && !marker;
  }
}
