package dev.duplex.producer.relay;

import dev.duplex.producer.spool.SpoolTotals;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.table.TableId;
import dev.duplex.schemas.time.Time;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay's state: the only place where it changes, is logged and is told to others. Written by
 * the relay's thread, read by any.
 */
final class RelayHealth {
  private static final Logger log = LoggerFactory.getLogger(RelayHealth.class);

  private final Link link;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Time time;
  private volatile RelayStatus status;
  private volatile RelayFigures figures = RelayFigures.NONE;
  private @Nullable RelayIncidents incidents;

  RelayHealth(Link link, Time time) {
    this.link = link;
    this.time = time;
    this.status = RelayStatus.initial(time);
  }

  RelayStatus status() {
    return status;
  }

  RelayFigures figures() {
    return figures;
  }

  /** Reports to the status topic from now on; null for no longer. */
  void report(@Nullable RelayIncidents newIncidents) {
    incidents = newIncidents;
  }

  /** The incident that is open; null if there is none. */
  @Nullable String openIncident() {
    return incidents == null ? null : incidents.open();
  }

  /** Calls back on the relay's thread after every change; must return at once. */
  void addListener(Runnable listener) {
    listeners.add(listener);
  }

  void removeListener(Runnable listener) {
    listeners.remove(listener);
  }

  /** Stands by: another instance has the link, or the primary is away. */
  void standby(@Nullable Reason reason, String detail) {
    figures = figures.unknown();
    transition(RelayState.STANDBY, reason, detail);
    if (incidents != null) {
      incidents.standby();
    }
  }

  /** Publishing does not work: what comes is spooled. */
  void spooling(Reason reason, String detail) {
    transition(RelayState.SPOOLING, reason, detail);
    if (incidents != null) {
      incidents.diverged(reason, detail);
    }
  }

  /** An attempt to publish, or to reach Kafka or the registry, was in vain. */
  void publishFailed() {
    figures = figures.publishFailed();
  }

  /** So much waits in the diff files now. */
  void spooled(SpoolTotals spooled) {
    if (!spooled.equals(figures.spooled())) {
      figures = figures.spooled(spooled);
    }
  }

  /** The primary's clock, by which the age of what is spooled is told. */
  void asked(long primaryMicros) {
    figures = figures.asked(primaryMicros);
  }

  /** Call every now and then while spooling. */
  void stillSpooling(PrimaryIdentity identity, SpoolTotals spooled) {
    spooled(spooled);
    if (incidents != null && status.state() == RelayState.SPOOLING) {
      incidents.look(identity, spooled);
    }
  }

  /** Kafka answers again, and the diff files are on their way. */
  void draining(PrimaryIdentity identity, SpoolTotals spooled) {
    transition(
        RelayState.DRAINING,
        status.reason(),
        spooled.transactions() + " transactions (" + spooled.bytes() + " bytes) are drained");
    if (incidents != null) {
      incidents.recovering(identity, spooled);
    }
  }

  /** Nothing is left but what the capture brings. */
  void live(PrimaryIdentity identity, String detail) {
    transition(RelayState.LIVE, null, detail);
    spooled(SpoolTotals.NONE);
    if (incidents != null) {
      incidents.catchingUp(identity);
    }
  }

  /** Call every now and then while live, and nothing of the primary's log is left to catch up. */
  void stillLive(PrimaryIdentity identity, long position) {
    if (incidents != null) {
      incidents.live(identity, position);
    }
  }

  /** Which tables match the configuration and are not in the publication. */
  void unpublished(List<TableId> tables) {
    if (incidents != null) {
      incidents.unpublished(tables);
    }
  }

  /** An operator must act. */
  void halted(Reason reason, String detail) {
    boolean news = status.state() != RelayState.HALTED || status.reason() != reason;
    transition(RelayState.HALTED, reason, detail);
    if (incidents != null && news) {
      incidents.halted(reason, detail);
    }
  }

  /** One log line for each change, not one for each try. */
  private void transition(RelayState to, @Nullable Reason reason, String detail) {
    RelayStatus before = status;
    before.state().requireArrowTo(to);
    boolean moved = before.state() != to;
    boolean live = to == RelayState.LIVE;
    boolean told = !moved && before.reason() == reason && (reason != null || live);
    status =
        new RelayStatus(
            to,
            reason,
            detail,
            live ? before.decoded() : 0,
            live ? before.position() : 0,
            moved ? time.nanos() : before.sinceNanos());
    if (!told) {
      String states = moved ? before.state() + " -> " + to : to.toString();
      String line = states + ": " + (reason == null ? detail : reason + ": " + detail);
      switch (to) {
        case STANDBY, LIVE, DRAINING -> log.info("producer of link {}: {}", link, line);
        case SPOOLING -> log.warn("producer of link {}: {}", link, line);
        case HALTED -> log.error("producer of link {}: {}", link, line);
      }
    }
    listeners.forEach(Runnable::run);
  }

  /** So much of the diff files is published. */
  void drained(RelayHead head, SpoolTotals left) {
    published(head, figures.spooled(left));
  }

  /** Everything up to here is held by every in-sync replica. */
  void published(RelayHead head) {
    published(head, figures);
  }

  // In one step, so that whoever reads the figures counts nothing twice.
  private void published(RelayHead head, RelayFigures now) {
    RelayStatus was = status;
    status =
        new RelayStatus(
            was.state(),
            was.reason(),
            was.detail(),
            head.decoded(),
            head.position(),
            was.sinceNanos());
    figures = now.published(head.transactions(), head.changes());
    listeners.forEach(Runnable::run);
  }
}
