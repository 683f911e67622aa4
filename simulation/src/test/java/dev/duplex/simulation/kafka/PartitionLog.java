package dev.duplex.simulation.kafka;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition, as its leader and all in-sync replicas have them. What is
 * acknowledged is on all of them, and unclean elections are off, so a record that has an offset
 * here stays; one that would get lost with a leader never gets one, and its writer no answer.
 *
 * <p>After {@code UnifiedLog} and {@code ProducerStateManager}: the last stable offset is that of
 * the first record of the first transaction that is not decided, and a marker decides all undecided
 * records of its producer id, whichever transaction they were written in.
 */
public final class PartitionLog {
  private final List<SimulatedRecord> records = new ArrayList<>(); // by offset, with holes
  private final Map<Long, List<SimulatedRecord>> open = new LinkedHashMap<>(); // by producer id
  private final Map<Long, Short> epochs = new LinkedHashMap<>(); // by producer id
  private long start;
  private long end;
  private boolean hasLeader = true;

  SimulatedRecord append(
      long producerId,
      short epoch,
      boolean transactional,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Header[] headers,
      long nowMillis) {
    SimulatedRecord record =
        new SimulatedRecord(end++, producerId, false, key, value, headers, nowMillis);
    records.add(record);
    epochs.merge(producerId, epoch, (a, b) -> a > b ? a : b);
    if (transactional) {
      open.computeIfAbsent(producerId, id -> new ArrayList<>()).add(record);
    } else {
      record.decide(true);
    }
    return record;
  }

  /** Ends a producer's transaction here. */
  void mark(long producerId, short epoch, boolean commit, long nowMillis) {
    SimulatedRecord marker =
        new SimulatedRecord(end++, producerId, true, null, null, new Header[0], nowMillis);
    marker.decide(commit);
    records.add(marker);
    epochs.merge(producerId, epoch, (a, b) -> a > b ? a : b);
    List<SimulatedRecord> ended = open.remove(producerId);
    if (ended != null) {
      ended.forEach(record -> record.decide(commit));
    }
  }

  /** Whether a producer with a later epoch has written here. */
  boolean fences(long producerId, short epoch) {
    return epochs.getOrDefault(producerId, (short) -1) > epoch;
  }

  /** The first offset there is. */
  public long start() {
    return start;
  }

  /** The offset of the next record ("high watermark"). */
  public long end() {
    return end;
  }

  /** Up to where all transactions are decided. */
  public long lastStable() {
    long first = end;
    for (List<SimulatedRecord> transaction : open.values()) {
      first = Math.min(first, transaction.get(0).offset);
    }
    return first;
  }

  /** All records at or behind an offset, markers included. */
  public List<SimulatedRecord> from(long offset) {
    return records.subList(index(offset), records.size());
  }

  /** What a reader of committed records can see, from the first to the last stable offset. */
  public List<SimulatedRecord> committed() {
    long stable = lastStable();
    return records.stream()
        .filter(record -> record.offset < stable && record.isCommitted())
        .toList();
  }

  /** The last record that is not a marker, decided or not; null if there is none. */
  public @Nullable SimulatedRecord last() {
    for (int i = records.size() - 1; i >= 0; i--) {
      if (!records.get(i).marker) {
        return records.get(i);
      }
    }
    return null;
  }

  private int index(long offset) {
    int low = 0;
    int high = records.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (records.get(middle).offset < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Retention: what lies before an offset is gone; nothing behind the last stable offset goes. */
  public void deleteUpTo(long offset) {
    start = Math.max(start, Math.min(offset, lastStable()));
    records.subList(0, index(start)).clear();
  }

  /** Compaction: of each key, only the newest of the decided records before an offset stays. */
  public void compactUpTo(long offset) {
    long limit = Math.min(offset, lastStable());
    Set<String> newer = new HashSet<>();
    for (int i = index(limit) - 1; i >= 0; i--) {
      SimulatedRecord record = records.get(i);
      if (!record.isCommitted() || !newer.add(Arrays.toString(record.key))) {
        records.remove(i);
      }
    }
  }

  /** Whether a broker leads it. */
  public boolean hasLeader() {
    return hasLeader;
  }

  /** Takes its leader away, or gives it one. */
  public void leader(boolean there) {
    hasLeader = there;
  }
}
