package dev.duplex.producer.relay;

import dev.duplex.database.source.Claim;
import dev.duplex.database.source.LogReader;
import dev.duplex.database.source.SourceControl;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.producer.capture.Capture;
import dev.duplex.producer.spool.Spool;
import dev.duplex.producer.spool.SpoolDirectory;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.time.Loop;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try to have the link, and what comes of it: the election, the claim, the wait for Kafka, then
 * the live phase, or the spool phase with the live phase behind it. It ends with whatever fails;
 * the next one starts from nothing.
 *
 * <p>Owned by the relay's thread.
 */
final class Tenure implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tenure.class);

  private final RelaySetting setting;
  private final SchemaRegistry registry;
  private final RelayHistory history;

  // One after the other, as the tenure gets on.
  private @Nullable SourceControl control;
  private @Nullable SlotElection election;
  private @Nullable Capture capture;
  private @Nullable KafkaConnector connector;
  private @Nullable RelayLease lease;
  private @Nullable Spool spool;
  private @Nullable SpoolPhase spoolPhase;
  private KafkaConnector.@Nullable KafkaSide kafka;
  private @Nullable LivePhase livePhase;
  private long connectingSinceMillis;

  Tenure(RelaySetting setting, SchemaRegistry registry, RelayHistory history) {
    this.setting = setting;
    this.registry = registry;
    this.history = history;
  }

  /**
   * Does what is due.
   *
   * @return for how many nanoseconds nothing will be due unless the relay is woken; {@link
   *     Loop#OVER} if it is time for another tenure
   * @throws dev.duplex.schemas.failure.DuplexException for why it has ended
   */
  long step() throws SQLException, InterruptedException {
    LivePhase live = livePhase;
    if (live != null) {
      return live(live);
    }
    RelayLease holding = lease;
    Capture reading = capture;
    KafkaConnector connecting = connector;
    if (holding == null || reading == null || connecting == null) {
      return elect();
    }
    SpoolPhase spooling = spoolPhase;
    return spooling == null
        ? connect(holding, reading, connecting)
        : spool(holding, reading, spooling);
  }

  private long elect() throws SQLException {
    SourceControl primary = control;
    if (primary == null) {
      primary = setting.parts().database().openControl(setting.parts().instance());
      control = primary;
      warnIfFenced(primary);
    }
    SlotElection candidacy = election;
    if (candidacy == null) {
      candidacy = election(primary);
      election = candidacy;
    }
    LogReader won = candidacy.tryOnce();
    if (won == null) {
      return SlotElection.POLL.toNanos();
    }
    claim(primary, won);
    return 0;
  }

  private SlotElection election(SourceControl primary) {
    return new SlotElection(
        primary,
        setting.parts().instance().name(),
        setting.health(),
        () ->
            SpoolDirectory.findCustody(
                setting.parts().disk(), setting.config().spool(), setting.link()),
        setting.config().takeoverAfter(),
        setting.parts().database(),
        setting.parts().time());
  }

  private void claim(SourceControl primary, LogReader won) throws SQLException {
    Capture reading = new Capture(won, setting.parts().time(), setting.wake());
    capture = reading;
    reading.start(setting.parts().loops());
    KafkaConnector connecting =
        new KafkaConnector(
            setting.kafka(), registry, setting.patience(), setting.parts().loops(), setting.wake());
    connector = connecting;
    RelayLease holding =
        RelayLease.claim(
            setting.link(),
            setting.parts().instance(),
            primary,
            setting.health(),
            won,
            setting.config().relay().maxTransaction(),
            setting.parts().time());
    lease = holding;
    history.epoch(holding.claimed().epoch());
    if (setting.health().status().state() == RelayState.HALTED) {
      setting.health().standby(null, "an operator has acted");
    }
    if (holding.claimed().spool() != null || history.isKafkaAway()) {
      beginSpooling(holding, reading, connecting);
    } else {
      connecting.attempt();
      connectingSinceMillis = setting.parts().time().millis();
    }
  }

  /** If Kafka or the registry is away it is time to spool. */
  private long connect(RelayLease holding, Capture reading, KafkaConnector connecting)
      throws SQLException, InterruptedException {
    try {
      KafkaConnector.KafkaSide side = holding.poll(connecting);
      if (side != null) {
        kafka = side;
        RelayHead head = holding.head(side, null);
        reading.begin(ChainStart.behind(setting.link(), holding, head));
        beginLive(holding, reading, side, head);
        return 0;
      }
      long waited = setting.parts().time().millis() - connectingSinceMillis;
      long rest = setting.patience().toMillis() - waited;
      if (rest > 0) {
        return rest * 1_000_000;
      }
      away(Reason.BROKER_UNREACHABLE, "Kafka or the registry has not answered in time");
    } catch (RetryException e) {
      if (kafka != null) {
        throw e; // it has answered
      }
      away(e.reason(), String.valueOf(e.getMessage()));
    }
    beginSpooling(holding, reading, connecting);
    return 0;
  }

  private void away(Reason reason, String detail) {
    history.kafkaAway(true);
    setting.health().publishFailed();
    setting.health().spooling(reason, detail);
  }

  private void beginLive(
      RelayLease holding, Capture reading, KafkaConnector.KafkaSide side, RelayHead head) {
    setting
        .health()
        .live(
            holding.identity(),
            "as "
                + setting.parts().instance().name()
                + ", epoch "
                + holding.claimed().epoch()
                + ", after "
                + Position.format(head.position()));
    history.backoff().reset();
    history.kafkaAway(false);
    livePhase = new LivePhase(holding, reading, side, head, setting.config().primary());
  }

  private long live(LivePhase live) throws SQLException, InterruptedException {
    try {
      return live.step();
    } catch (HaltException e) {
      live.report(e);
      throw e;
    }
  }

  private void beginSpooling(RelayLease holding, Capture reading, KafkaConnector connecting)
      throws SQLException {
    long confirmed = holding.require().confirmed();
    Spool files =
        ChainStart.open(
            setting.parts().disk(),
            setting.config().spool(),
            setting.link(),
            holding.claimed().spool());
    spool = files;
    if (setting.health().status().state() != RelayState.SPOOLING) {
      setting
          .health()
          .spooling(Reason.BROKER_UNREACHABLE, "diff files of an outage are not drained yet");
    }
    reading.begin(
        ChainStart.behind(setting.link(), holding, files.end(), history.published(), confirmed));
    spoolPhase =
        new SpoolPhase(holding, reading, files, connecting, setting.config().spool(), confirmed);
  }

  private long spool(RelayLease holding, Capture reading, SpoolPhase spooling)
      throws SQLException, InterruptedException {
    long wait = spooling.step();
    if (wait != Loop.OVER) {
      return wait;
    }
    SpoolPhase.Drained drained = spooling.drained();
    closeSpool();
    if (drained == null) {
      history.kafkaAway(false); // look again
      return Loop.OVER;
    }
    kafka = drained.kafka();
    beginLive(holding, reading, drained.kafka(), drained.head());
    return 0;
  }

  /** A relay that was frozen or cut off finds another one's epoch when it comes back. */
  private void warnIfFenced(SourceControl primary) throws SQLException {
    Claim holder = primary.claim();
    if (history.epoch() != 0 && holder.epoch() != history.epoch()) {
      log.warn(
          "FENCED: producer {} took over link {} with epoch {} (this one had {}); nothing more was"
              + " published here",
          holder.instance(),
          setting.link(),
          holder.epoch(),
          history.epoch());
      history.epoch(0);
    }
  }

  private void closeSpool() {
    SpoolPhase spooling = spoolPhase;
    spoolPhase = null;
    if (spooling != null) {
      spooling.close();
    }
    Spool files = spool;
    spool = null;
    if (files != null) {
      files.close();
    }
  }

  /** Leaves the link; waits for nobody. */
  @Override
  public void close() {
    LivePhase live = livePhase;
    livePhase = null;
    if (live != null) {
      history.published(live.end());
    }
    try (SourceControl primary = control;
        Capture reading = capture;
        KafkaConnector connecting = connector;
        KafkaConnector.KafkaSide side = kafka) {
      closeSpool();
    } catch (SQLException e) {
      log.debug("the session on the primary was gone: {}", e.toString());
    }
  }
}
