package dev.duplex.status.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.judge.SpoolReport;
import dev.duplex.status.topology.LinkSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LinkViewTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private final LinkView view = new LinkView("bank", Duration.ofSeconds(5), 0);
  private long reports;

  /** Both sides report, the consumer from another position. */
  private void report(long producer, long consumer, long second) {
    reports++;
    view.take(
        new LinkSnapshot(
            Sides.head("bank", Role.PRODUCER, producer, second),
            Sides.head("bank", Role.CONSUMER, consumer, second),
            second * 1_000_000,
            reports,
            reports,
            Set.of(),
            Set.of(),
            null),
        TimeUnit.SECONDS.toNanos(second));
  }

  private boolean refresh(long second, ServiceReport... services) {
    return view.refresh(
        List.of(services), TimeUnit.SECONDS.toNanos(second), NOW.plusSeconds(second));
  }

  private LinkReport shown() {
    return view.report().orElseThrow();
  }

  private static ServiceReport relay(ServiceState state, long waiting, long ageSeconds) {
    return relay(state, 0, waiting, ageSeconds);
  }

  private static ServiceReport relay(
      ServiceState state, long published, long waiting, long ageSeconds) {
    long bytes = state == ServiceState.LIVE ? 0 : 1_000 * Math.max(1, waiting);
    return new ServiceReport(
        Role.PRODUCER,
        "bank",
        "1@host#abcd",
        state,
        state == ServiceState.LIVE ? Optional.empty() : Optional.of(Reason.BROKER_UNREACHABLE),
        "no broker answers",
        1,
        100,
        published,
        2 * published,
        Optional.of(
            new SpoolReport(waiting, 3 * waiting, bytes, 1, 2, 7_000_000, ageSeconds * 1_000_000)));
  }

  @Test
  void shouldShowNothingOfALinkThatIsNotSetUp() {
    assertThat(refresh(1)).isFalse();
    assertThat(view.report()).isEmpty();
    view.sample(NOW);
    assertThat(view.samples()).isEmpty();
  }

  @Test
  void shouldMeasureThroughputAndBacklog() {
    for (int second = 1; second <= 8; second++) {
      report(100 + 20L * second, 100 + 10L * second, second);
      refresh(second);
      view.sample(NOW.plusSeconds(second));
    }
    assertThat(shown().publishedPerSecond()).isEqualTo(20);
    assertThat(shown().appliedPerSecond()).isEqualTo(10);
    assertThat(shown().status().transactionsBehind()).isEqualTo(80);
    assertThat(shown().changesBehind()).isEqualTo(160);
    assertThat(view.samples()).hasSize(8);
    refresh(20);
    assertThat(shown().producerSilence()).isEqualTo(Duration.ofSeconds(12));
  }

  @Test
  void shouldSayWhatTheRelaySaysWhileKafkaIsAway() {
    report(100, 100, 1);
    refresh(1, relay(ServiceState.LIVE, 0, 0));
    assertThat(shown().status().state()).isEqualTo(LinkState.IN_SYNC);
    assertThat(refresh(2, relay(ServiceState.SPOOLING, 5, 1))).isTrue();
    assertThat(shown().status().state()).isEqualTo(LinkState.DIVERGED);
    assertThat(shown().status().reason()).contains(Reason.BROKER_UNREACHABLE);
    assertThat(shown().status().detail()).isEqualTo("producer: no broker answers");
    assertThat(shown().status().transactionsBehind()).isEqualTo(5);
    assertThat(shown().changesBehind()).isEqualTo(15);
    assertThat(shown().bytesSpooled()).isEqualTo(5_000);
    assertThat(shown().since()).isEqualTo(NOW.plusSeconds(2));
    refresh(12, relay(ServiceState.SPOOLING, 9, 10));
    assertThat(shown().status().lag()).isEqualTo(Duration.ofSeconds(10));
    assertThat(shown().since()).isEqualTo(NOW.plusSeconds(2));
    refresh(13, relay(ServiceState.DRAINING, 4, 6));
    assertThat(shown().status().state()).isEqualTo(LinkState.RECOVERING);
    assertThat(shown().status().lag()).isEqualTo(Duration.ofSeconds(6));
    refresh(14, relay(ServiceState.LIVE, 0, 0));
    assertThat(shown().status().state()).isEqualTo(LinkState.IN_SYNC);
    assertThat(shown().bytesSpooled()).isZero();
  }

  @Test
  void shouldCountWhatIsPublishedMeanwhileOnce() {
    report(100, 90, 1);
    refresh(1, relay(ServiceState.DRAINING, 140, 60, 1));
    assertThat(shown().status().transactionsBehind()).isEqualTo(10 + 40 + 60);
    assertThat(shown().changesBehind()).isEqualTo(20 + 80 + 180);
    report(160, 150, 2);
    refresh(2, relay(ServiceState.DRAINING, 140, 60, 1)); // was told before the topic's record
    assertThat(shown().status().transactionsBehind()).isEqualTo(50);
    report(200, 199, 3);
    refresh(
        3, relay(ServiceState.DRAINING, 210, 0, 0)); // all is published, the file is still there
    assertThat(shown().status().transactionsBehind()).isEqualTo(11);
    assertThat(shown().changesBehind()).isEqualTo(22);
  }

  @Test
  void shouldAskTheInstanceThatHasTheRole() {
    ServiceReport standby =
        new ServiceReport(
            Role.PRODUCER,
            "bank",
            "2@host#0002",
            ServiceState.STANDBY,
            Optional.empty(),
            "",
            1,
            0,
            0,
            0,
            Optional.empty());
    report(100, 100, 1);
    refresh(1, standby, relay(ServiceState.LIVE, 0, 0));
    assertThat(shown().producer().orElseThrow().state()).isEqualTo(ServiceState.LIVE);
    refresh(2, standby);
    assertThat(shown().producer().orElseThrow().state()).isEqualTo(ServiceState.STANDBY);
  }

  @Test
  void shouldTellSinceWhenAsItsObserverSays() {
    report(100, 100, 1);
    view.take(0, Sides.event("bank", Observer.CONSUMER, "a", 1, LinkState.DIVERGED));
    view.take(1, Sides.event("bank", Observer.CONSUMER, "a", 2, LinkState.DIVERGED));
    refresh(1);
    assertThat(shown().since()).isEqualTo(Instant.ofEpochSecond(1));
    view.take(2, Sides.event("bank", Observer.CONSUMER, "a", 3, LinkState.IN_SYNC));
    refresh(2);
    assertThat(shown().status().state()).isEqualTo(LinkState.IN_SYNC);
    assertThat(shown().since()).isEqualTo(NOW.plusSeconds(2));
    assertThat(view.incidents())
        .singleElement()
        .satisfies(
            incident -> {
              assertThat(incident.worst()).isEqualTo(LinkState.DIVERGED);
              assertThat(incident.began()).isEqualTo(Instant.ofEpochSecond(1));
              assertThat(incident.ended()).contains(Instant.ofEpochSecond(3));
              assertThat(incident.events()).hasSize(3);
            });
  }

  @Test
  void shouldTellRepeatedEventsOnce() {
    var event = Sides.event("bank", Observer.CONSUMER, "a", 1, LinkState.DIVERGED);
    assertThat(view.take(0, event)).isTrue();
    assertThat(view.take(0, event)).isFalse();
    view.forget(0);
    assertThat(view.incidents()).isEmpty();
    assertThat(view.take(0, event)).isFalse();
  }

  @Test
  void shouldKeepALimitedNumberOfSamples() {
    report(100, 100, 1);
    refresh(1);
    for (int second = 0; second < LinkView.SAMPLES_KEPT + 10; second++) {
      view.sample(NOW.plusSeconds(second));
    }
    assertThat(view.samples()).hasSize(LinkView.SAMPLES_KEPT);
    assertThat(view.samples().get(0).time()).isEqualTo(NOW.plusSeconds(10));
  }
}
