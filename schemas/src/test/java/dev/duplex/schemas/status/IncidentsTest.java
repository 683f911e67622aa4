package dev.duplex.schemas.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import org.junit.jupiter.api.Test;

final class IncidentsTest {
  private final Incidents incidents = new Incidents();

  @Test
  void shouldDropRepeats() {
    StatusEvent first = Events.event(Observer.PRODUCER, 1, LinkState.DIVERGED, null, false);
    assertThat(incidents.take(first)).isTrue();
    assertThat(incidents.take(first)).isFalse();
    assertThat(incidents.has(first)).isTrue();
    assertThat(incidents.open()).containsExactly(first);
    assertThat(incidents.sequence("one", Observer.PRODUCER)).isEqualTo(1);
    assertThat(incidents.sequence("one", Observer.CONSUMER)).isZero();
  }

  @Test
  void shouldEndWhenTheApplierHasReachedTheDrainsEnd() {
    incidents.take(Events.event(Observer.PRODUCER, 1, LinkState.DIVERGED, null, false));
    incidents.take(Events.event(Observer.PRODUCER, 2, LinkState.RECOVERING, 9L, true));
    incidents.take(Events.event(Observer.CONSUMER, 1, LinkState.IN_SYNC, 8L, false));
    assertThat(incidents.open()).hasSize(1);
    incidents.take(Events.event(Observer.CONSUMER, 2, LinkState.IN_SYNC, 9L, false));
    assertThat(incidents.open()).isEmpty();
  }

  @Test
  void shouldGoOnIfTheEndCrossedAnotherDivergence() {
    incidents.take(Events.event(Observer.PRODUCER, 1, LinkState.RECOVERING, 9L, true));
    incidents.take(Events.event(Observer.PRODUCER, 2, LinkState.DIVERGED, null, false));
    incidents.take(Events.event(Observer.CONSUMER, 1, LinkState.IN_SYNC, 9L, false));
    assertThat(incidents.open()).hasSize(1);
  }

  @Test
  void shouldOpenAgainWhenItsOwnerGoesOnInIt() {
    incidents.take(Events.event(Observer.PRODUCER, 1, LinkState.RECOVERING, 9L, true));
    incidents.take(Events.event(Observer.CONSUMER, 1, LinkState.IN_SYNC, 9L, false));
    assertThat(incidents.open()).isEmpty();
    incidents.take(Events.event(Observer.PRODUCER, 2, LinkState.DIVERGED, null, false));
    assertThat(incidents.open()).hasSize(1);
  }

  @Test
  void shouldEndWithItsOwner() {
    incidents.take(Events.event(Observer.CONSUMER, 1, LinkState.HALTED, null, false));
    incidents.take(Events.event(Observer.PRODUCER, 1, LinkState.IN_SYNC, null, false));
    assertThat(incidents.open()).hasSize(1);
    incidents.take(Events.event(Observer.CONSUMER, 2, LinkState.IN_SYNC, null, false));
    assertThat(incidents.open()).isEmpty();
  }

  @Test
  void shouldRememberALimitedNumber() {
    for (int i = 0; i < 3_000; i++) {
      StatusEvent event = Events.event(Observer.PRODUCER, 1, LinkState.DIVERGED, null, false);
      incidents.take(StatusEvent.newBuilder(event).setIncident("i" + i).build());
    }
    assertThat(incidents.open()).hasSize(1_000);
  }
}
