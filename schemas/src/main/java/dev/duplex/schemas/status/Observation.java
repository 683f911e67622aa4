package dev.duplex.schemas.status;

import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import org.jspecify.annotations.Nullable;

/**
 * What an observer has seen, before it is numbered and belongs to an incident.
 *
 * @param reason why; on IN_SYNC and RECOVERING, what is over
 * @param timeMicros when it happened: microseconds since 1970, the observer's clock
 * @param drained on RECOVERING: everything is published, {@code range.last} is final
 * @param detail one line for people
 */
public record Observation(
    LinkState state,
    Reason reason,
    long timeMicros,
    Range range,
    boolean drained,
    Pending pending,
    String detail) {

  /**
   * The transactions concerned, as far as they are known.
   *
   * @param identity of the primary that the positions belong to
   */
  public record Range(
      @Nullable PrimaryIdentity identity, @Nullable Long first, @Nullable Long last) {
    static final Range UNKNOWN = new Range(null, null, null);
  }

  /**
   * What is not on the secondary yet.
   *
   * @param oldestCommitMicros when the primary committed the oldest one, by its clock
   * @param bytesSpooled bytes of diff files
   */
  public record Pending(
      long transactions, long changes, @Nullable Long oldestCommitMicros, long bytesSpooled) {
    static final Pending NOTHING = new Pending(0, 0, null, 0);
  }

  /** The databases differ, or may. */
  public static Observation diverged(Reason reason, long timeMicros, String detail) {
    return of(LinkState.DIVERGED, reason, timeMicros, detail);
  }

  /** What was missing is on its way. */
  public static Observation recovering(Reason reason, long timeMicros, String detail) {
    return of(LinkState.RECOVERING, reason, timeMicros, detail);
  }

  /** An operator must act. */
  public static Observation halted(Reason reason, long timeMicros, String detail) {
    return of(LinkState.HALTED, reason, timeMicros, detail);
  }

  /** It is over. */
  public static Observation inSync(Reason reason, long timeMicros, String detail) {
    return of(LinkState.IN_SYNC, reason, timeMicros, detail);
  }

  private static Observation of(LinkState state, Reason reason, long timeMicros, String detail) {
    return new Observation(
        state, reason, timeMicros, Range.UNKNOWN, false, Pending.NOTHING, detail);
  }

  /** The same with the transactions concerned. */
  public Observation withRange(
      @Nullable PrimaryIdentity identity, @Nullable Long first, @Nullable Long last) {
    return new Observation(
        state, reason, timeMicros, new Range(identity, first, last), drained, pending, detail);
  }

  /** The same with what is pending. */
  public Observation withPending(
      long transactions, long changes, @Nullable Long oldestCommitMicros, long bytesSpooled) {
    return new Observation(
        state,
        reason,
        timeMicros,
        range,
        drained,
        new Pending(transactions, changes, oldestCommitMicros, bytesSpooled),
        detail);
  }

  /** The same, and everything is published: the secondary is in sync when it has applied it. */
  public Observation withDrained() {
    return new Observation(state, reason, timeMicros, range, true, pending, detail);
  }

  /** Whether it ends what was wrong, so that it says something only while an incident is open. */
  public boolean ends() {
    return state == LinkState.IN_SYNC || (state == LinkState.RECOVERING && drained);
  }
}
