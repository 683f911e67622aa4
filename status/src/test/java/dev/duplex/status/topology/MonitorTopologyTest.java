package dev.duplex.status.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitorTopologyTest {
  private static final Role[] BOTH = Role.values();
  private static final Role[] PRODUCER = {Role.PRODUCER};
  private static final Role[] CONSUMER = {Role.CONSUMER};
  private static final Duration WHILE = Duration.ofSeconds(3);
  private static final Duration LONG = TopologyRun.SILENT_AFTER.plusSeconds(3);

  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  private static StatusEvent event(
      Observer observer, String incident, int sequence, LinkState state, String reason) {
    return StatusEvent.newBuilder()
        .setLink("bank")
        .setIncident(incident)
        .setObserver(observer)
        .setSequence(sequence)
        .setInstance("2@there#0002")
        .setState(state)
        .setPreviousState(LinkState.IN_SYNC)
        .setReason(reason)
        .setTimeMicros(sequence)
        .setDetail("told")
        .build();
  }

  @Test
  void shouldTellThatTheProducerIsSilentAndThatItIsBack() {
    run.pass(WHILE, BOTH, "bank");
    long last = run.micros();
    run.pass(LONG, CONSUMER, "bank");
    assertThat(run.reported("bank")).hasSize(1);
    StatusEvent silent = run.reported("bank").get(0);
    assertThat(silent.getState()).isEqualTo(LinkState.DIVERGED);
    assertThat(silent.getReason()).isEqualTo("PRODUCER_SILENT");
    assertThat(silent.getObserver()).isEqualTo(Observer.MONITOR);
    assertThat(silent.getSequence()).isEqualTo(1);
    assertThat(silent.getInstance()).isEqualTo("1@here#0001");
    // When it was heard for the last time, not when that was noticed.
    assertThat(silent.getTimeMicros()).isBetween(last - 1_000_000, last);
    assertThat(run.snapshot("bank").silent()).containsExactly(Role.PRODUCER);
    run.pass(WHILE, BOTH, "bank");
    assertThat(run.reported("bank")).hasSize(2);
    StatusEvent back = run.reported("bank").get(1);
    assertThat(back.getState()).isEqualTo(LinkState.IN_SYNC);
    assertThat(back.getPreviousState()).isEqualTo(LinkState.DIVERGED);
    assertThat(back.getIncident()).isEqualTo(silent.getIncident());
    assertThat(back.getSequence()).isEqualTo(2);
    assertThat(run.snapshot("bank").silent()).isEmpty();
    assertThat(run.snapshot("bank").own()).isNull();
    run.pass(LONG, CONSUMER, "bank");
    assertThat(run.reported("bank").get(2).getIncident()).isNotEqualTo(silent.getIncident());
  }

  @Test
  void shouldTellWithinOneIncidentWhoElseFallsSilent() {
    run.pass(WHILE, BOTH, "bank");
    run.pass(LONG, PRODUCER, "bank");
    run.pass(LONG);
    run.pass(WHILE, CONSUMER, "bank");
    run.pass(WHILE, BOTH, "bank");
    assertThat(run.reported("bank"))
        .extracting(StatusEvent::getReason)
        .containsExactly(
            "CONSUMER_SILENT", "PRODUCER_SILENT", "PRODUCER_SILENT", "PRODUCER_SILENT");
    assertThat(run.reported("bank"))
        .extracting(StatusEvent::getState)
        .containsExactly(
            LinkState.DIVERGED, LinkState.DIVERGED, LinkState.DIVERGED, LinkState.IN_SYNC);
    assertThat(run.reported("bank")).extracting(StatusEvent::getIncident).containsOnly(first());
    assertThat(run.reported("bank"))
        .extracting(StatusEvent::getSequence)
        .containsExactly(1, 2, 3, 4);
  }

  private String first() {
    return run.reported("bank").get(0).getIncident();
  }

  @Test
  void shouldCallAQuietHourInSync() {
    run.pass(Duration.ofHours(1), BOTH, "bank");
    assertThat(run.reported("bank")).isEmpty();
    assertThat(run.snapshot("bank").silent()).isEmpty();
    assertThat(run.snapshot("bank").appliedMicros()).isGreaterThan(run.micros() - 2_000_000);
  }

  @Test
  void shouldKeepLinksApart() {
    run.pass(WHILE, BOTH, "bank", "shop_1", "shop_2");
    run.pass(LONG, BOTH, "bank", "shop_2");
    assertThat(run.reported("bank")).isEmpty();
    assertThat(run.reported("shop_2")).isEmpty();
    assertThat(run.reported("shop_1"))
        .extracting(StatusEvent::getLink, StatusEvent::getReason, StatusEvent::getDetail)
        .containsExactly(
            tuple(
                "shop_1",
                "PRODUCER_SILENT",
                "neither producer nor consumer reports; are they running?"));
  }

  @Test
  void shouldMissAConsumerThatHasNeverReported() {
    run.pass(LONG, PRODUCER, "bank");
    assertThat(run.reported("bank"))
        .extracting(StatusEvent::getReason)
        .containsExactly("CONSUMER_SILENT");
  }

  @Test
  void shouldNotCallSilentWhomItCouldNotHear() {
    run.pass(WHILE, BOTH, "bank");
    run.keepsUp = false; // no signs of life, as when Kafka is away
    run.pass(Duration.ofMinutes(1));
    assertThat(run.reported("bank")).isEmpty();
    run.keepsUp = true;
    run.pass(TopologyRun.SILENT_AFTER.minusSeconds(1));
    assertThat(run.reported("bank")).isEmpty();
    run.pass(WHILE);
    assertThat(run.reported("bank")).isNotEmpty();
  }

  @Test
  void shouldNotMissASideThatHaltedOrCopies() {
    run.report(run.head("bank", Role.PRODUCER).setState(ProgressState.COPYING).build());
    run.pass(LONG);
    assertThat(run.reported("bank")).isEmpty();
    run.pass(WHILE, BOTH, "bank");
    run.report(run.head("bank", Role.CONSUMER).setState(ProgressState.HALTED).build());
    run.pass(LONG, PRODUCER, "bank");
    assertThat(run.reported("bank")).isEmpty();
  }

  @Test
  void shouldNotHearAnInstanceThatWasReplaced() {
    run.pass(WHILE, BOTH, "bank");
    run.report(run.head("bank", Role.PRODUCER).setEpoch(2).setPosition(200).build());
    run.pass(LONG, BOTH, "bank"); // with epoch 1
    assertThat(run.reported("bank")).extracting(StatusEvent::getReason).contains("PRODUCER_SILENT");
    assertThat(run.snapshot("bank").producer())
        .isNotNull()
        .extracting(Progress::getPosition)
        .isEqualTo(200L);
  }

  @Test
  void shouldDropRepeats() {
    run.pass(WHILE, BOTH, "bank");
    StatusEvent diverged =
        event(Observer.PRODUCER, "a", 1, LinkState.DIVERGED, "BROKER_UNREACHABLE");
    run.report(diverged);
    run.report(event(Observer.PRODUCER, "a", 2, LinkState.DIVERGED, "SPOOL_FULL"));
    run.report(diverged);
    assertThat(run.events().approximateNumEntries()).isEqualTo(2);
    assertThat(run.restored("bank").events.isOpen("a")).isTrue();
  }

  @Test
  void shouldSkipWhatCannotBeDecoded() {
    run.pass(WHILE, BOTH, "bank");
    run.pipe(new ProducerRecord<>("bank.progress", new byte[] {1}, new byte[] {2}));
    run.pipe(new ProducerRecord<>("bank.status", new byte[] {1}, new byte[] {2}));
    ProducerRecord<byte[], byte[]> short_ =
        new ProducerRecord<>("bank.status", new byte[] {1}, new byte[] {2});
    short_.headers().add("duplex.fingerprint", new byte[8]).add("duplex.monitor", new byte[] {2});
    run.pipe(short_);
    assertThat(run.undecodable.count()).isEqualTo(3);
    run.pass(LONG, BOTH, "bank");
    assertThat(run.reported("bank")).isEmpty();
  }

  @Test
  void shouldGoOnInTheIncidentAfterARestart() {
    run.pass(WHILE, BOTH, "bank");
    run.pass(LONG, CONSUMER, "bank");
    TrackedLink restored = run.restored("bank");
    assertThat(restored.silent()).containsExactly(Role.PRODUCER);
    assertThat(restored.reported()).containsExactly(Role.PRODUCER);
    assertThat(restored.own()).isEqualTo(run.reported("bank").get(0));
    assertThat(restored.events.isOpen(first())).isTrue();
    assertThat(restored.events.take(run.reported("bank").get(0))).isEmpty();
    restored.take(run.head("bank", Role.PRODUCER).build(), new byte[8], run.nanos());
    assertThat(Silence.event(restored, "x", 1).getSequence()).isEqualTo(2);
    assertThat(Silence.event(restored, "x", 1).getIncident()).isEqualTo(first());
  }

  @Test
  void shouldJoinTheIncidentThatAnotherMonitorHasOpened() {
    run.report(event(Observer.MONITOR, "theirs", 1, LinkState.DIVERGED, "PRODUCER_SILENT"));
    run.report(run.head("bank", Role.CONSUMER).build());
    run.pass(LONG, CONSUMER, "bank");
    assertThat(run.reported("bank")).isEmpty();
    run.pass(WHILE, BOTH, "bank");
    assertThat(run.reported("bank"))
        .extracting(StatusEvent::getIncident, StatusEvent::getSequence, StatusEvent::getState)
        .containsExactly(tuple("theirs", 2, LinkState.IN_SYNC));
  }

  @Test
  void shouldTellLaterWhatCannotBeToldNow() {
    run.pass(WHILE, BOTH, "bank", "shop_1");
    run.absent.add("shop_1.status");
    run.server.away(true);
    run.pass(LONG);
    assertThat(run.reported("bank")).isEmpty();
    run.server.away(false);
    run.absent.clear();
    run.pass(LONG);
    assertThat(run.reported("bank")).hasSize(1);
    assertThat(run.reported("shop_1")).hasSize(1);
  }

  @Test
  void shouldForgetALinkWhoseTopicsAreGone() {
    run.pass(WHILE, BOTH, "bank", "shop_1");
    run.report(event(Observer.CONSUMER, "a", 1, LinkState.DIVERGED, "SECONDARY_DOWN"));
    run.absent.add("bank.status");
    run.absent.add("bank.progress");
    run.pass(Duration.ofSeconds(40), BOTH, "shop_1");
    assertThat(run.links().get(FeedKey.link("bank"))).isNull();
    assertThat(run.events().approximateNumEntries()).isZero();
    assertThat(run.reported("bank")).isEmpty();
    assertThat(run.links().get(FeedKey.link("shop_1"))).isNotNull();
  }

  @Test
  void shouldKeepALimitedNumberOfEvents() {
    run.pass(WHILE, BOTH, "bank");
    for (int sequence = 1; sequence <= 200; sequence++) {
      run.report(event(Observer.PRODUCER, "open", sequence, LinkState.DIVERGED, "SPOOL_FULL"));
    }
    assertThat(run.events().approximateNumEntries()).isEqualTo(EventIndex.EVENTS_OF_INCIDENT);
    for (int incident = 0; incident < 300; incident++) {
      String name = "closed" + incident;
      run.report(event(Observer.CONSUMER, name, 1, LinkState.DIVERGED, "SECONDARY_DOWN"));
      run.report(event(Observer.CONSUMER, name, 2, LinkState.IN_SYNC, "SECONDARY_DOWN"));
    }
    assertThat(run.events().approximateNumEntries())
        .isEqualTo(EventIndex.EVENTS_OF_INCIDENT + 2L * (EventIndex.INCIDENTS_KEPT - 1));
    assertThat(run.restored("bank").events.isOpen("open")).isTrue();
    assertThat(run.restored("bank").events.isOpen("closed299")).isFalse();
  }

  @Test
  void shouldGiveASignOfLifeWhileItHears() {
    run.pass(WHILE, BOTH, "bank");
    assertThat(run.links().get(FeedKey.beat(0))).isNotNull();
    run.links().delete(FeedKey.beat(0));
    run.keepsUp = false;
    run.pass(LONG, BOTH, "bank");
    run.links().delete(FeedKey.beat(0));
    run.pass(LONG, BOTH, "bank");
    assertThat(run.links().get(FeedKey.beat(0))).isNull();
  }
}
