package dev.duplex.producer.link;

import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.judge.Finding;
import java.util.EnumMap;
import java.util.Map;

/**
 * Commits that waited in vain. Each makes an incident of its own, so that nobody else waits, and
 * ends it as soon as what it waited for has come after all.
 *
 * <p>Guarded by the lock of {@link LinkTracker}.
 */
final class Timeouts {
  private final Map<CommitLevel, CommitProgress> open = new EnumMap<>(CommitLevel.class);

  /**
   * A commit waited in vain.
   *
   * @param suspected the reason if it was not even published
   */
  void add(
      CommitLevel level, long position, Reason suspected, String detail, OpenIncidents incidents) {
    open.put(level, new CommitProgress(position));
    Reason reason = level == CommitLevel.PUBLISHED ? suspected : Reason.SECONDARY_BEHIND;
    incidents.observe(local(level), Finding.seen(LinkState.DIVERGED, reason, detail));
  }

  /**
   * Looks whether one of them is over; true if it is.
   *
   * @param mayEnd false while the relay is about to report the same thing, which then goes on as
   *     that
   */
  boolean update(Positions positions, boolean mayEnd, OpenIncidents incidents) {
    boolean over = false;
    for (CommitLevel level : CommitLevel.values()) {
      CommitProgress progress = open.get(level);
      if (progress == null) {
        continue;
      }
      boolean unused = progress.update(positions);
      if (mayEnd && progress.level().compareTo(level) >= 0) {
        open.remove(level);
        incidents.resolve(local(level));
        over = true;
      }
    }
    return over;
  }

  void clear(OpenIncidents incidents) {
    open.keySet().forEach(level -> incidents.resolve(local(level)));
    open.clear();
  }

  private static LocalIncident local(CommitLevel level) {
    return level == CommitLevel.PUBLISHED ? LocalIncident.UNPUBLISHED : LocalIncident.UNAPPLIED;
  }
}
