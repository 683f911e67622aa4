package dev.duplex.producer.relay;

import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.producer.spool.SpoolTotals;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.status.Observation;
import dev.duplex.schemas.table.TableId;
import dev.duplex.schemas.time.Time;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes status events of the relay's states: one incident from divergence to the end of the drain.
 *
 * <p>Flapping is damped: what is over within a second is not told. Owned by the relay's thread.
 */
final class RelayIncidents {
  private static final long DAMPED_MILLIS = 1_000;
  private static final int NAMED = 5;

  private final StatusReporter reporter;
  private final Time time;
  private @Nullable Reason outage; // not told yet
  private @Nullable Reason told; // and lasts
  private String detail = "";
  private List<TableId> unpublished = List.of();
  private long outageMicros;
  private long outageMillis;

  RelayIncidents(StatusReporter reporter, Time time) {
    this.reporter = reporter;
    this.time = time;
  }

  /** The incident that is open; null if there is none. */
  @Nullable String open() {
    return reporter.openIncident().orElse(null);
  }

  /** Another instance has the link, or the primary is away: what comes then is news. */
  void standby() {
    outage = null;
    told = null;
  }

  /** Publishing does not work, or not all can be spooled. */
  void diverged(Reason reason, String line) {
    if (reason == told) {
      return; // each vain try says it again
    }
    if (outage == null) {
      outageMicros = time.micros();
      outageMillis = time.millis();
    }
    outage = reason;
    detail = line;
  }

  /** Tells what has lasted; call every now and then. */
  void look(@Nullable PrimaryIdentity identity, SpoolTotals spooled) {
    if (outage != null && time.millis() - outageMillis >= DAMPED_MILLIS) {
      tell(outage, identity, spooled);
    }
  }

  private void tell(Reason reason, @Nullable PrimaryIdentity identity, SpoolTotals spooled) {
    outage = null;
    told = reason;
    var unused =
        reporter.report(
            with(Observation.diverged(reason, outageMicros, detail), identity, spooled));
  }

  /** The drain has begun. */
  void recovering(@Nullable PrimaryIdentity identity, SpoolTotals spooled) {
    Reason reason = outage == null ? lastReason() : outage;
    if (outage != null) {
      tell(outage, identity, spooled); // what was spooled is news, however short it was
    }
    told = null;
    var unused =
        reporter.report(
            with(
                Observation.recovering(
                    reason,
                    time.micros(),
                    spooled.transactions() + " transactions are on their way"),
                identity,
                spooled));
  }

  /** Publishing is live, and what the primary's log holds is on its way. */
  void catchingUp(PrimaryIdentity identity) {
    outage = null;
    told = null;
    boolean recovers =
        reporter.lastEvent().map(last -> last.getState() == LinkState.RECOVERING).orElse(true);
    if (!recovers) {
      var unused =
          reporter.report(
              Observation.recovering(
                      lastReason(), time.micros(), "what the primary's log holds is on its way")
                  .withRange(identity, null, null));
    }
  }

  /**
   * Everything up to a position is published, and publishing is live. Told again and again, because
   * an incident may also be one that another instance has left behind.
   */
  void live(PrimaryIdentity identity, long position) {
    if (!unpublished.isEmpty()) {
      var unused =
          reporter.report(
              Observation.diverged(Reason.TABLE_NOT_REPLICATED, time.micros(), leftOut())
                  .withRange(identity, null, null));
    } else if (open() != null) {
      var unused =
          reporter.report(
              Observation.recovering(lastReason(), time.micros(), "everything is published")
                  .withRange(identity, null, position)
                  .withDrained());
    }
  }

  /** Which tables match the configuration and are not in the publication; tells it while live. */
  void unpublished(List<TableId> tables) {
    unpublished = List.copyOf(tables);
  }

  private String leftOut() {
    String named =
        unpublished.stream().limit(NAMED).map(TableId::toString).collect(Collectors.joining(", "));
    int more = unpublished.size() - NAMED;
    return "not replicated: "
        + named
        + (more > 0 ? " and " + more + " more" : "")
        + "; run 'duplex init' to add what is new, or list it in primary.exclude";
  }

  /** An operator must act. */
  void halted(Reason reason, String line) {
    outage = null;
    told = null;
    var unused = reporter.report(Observation.halted(reason, time.micros(), line));
  }

  private Reason lastReason() {
    return reporter
        .lastEvent()
        .flatMap(event -> Reason.of(event.getReason()))
        .orElse(Reason.BROKER_UNREACHABLE);
  }

  private static Observation with(
      Observation fact, @Nullable PrimaryIdentity identity, SpoolTotals spooled) {
    boolean some = spooled.lastPosition() != 0;
    return fact.withRange(
            identity, some ? spooled.firstPosition() : null, some ? spooled.lastPosition() : null)
        .withPending(
            spooled.transactions(),
            spooled.changes(),
            some ? spooled.oldestCommitMicros() : null,
            spooled.bytes());
  }
}
