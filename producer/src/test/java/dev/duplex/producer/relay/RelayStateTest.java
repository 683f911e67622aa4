package dev.duplex.producer.relay;

import static dev.duplex.producer.relay.RelayState.DRAINING;
import static dev.duplex.producer.relay.RelayState.HALTED;
import static dev.duplex.producer.relay.RelayState.LIVE;
import static dev.duplex.producer.relay.RelayState.SPOOLING;
import static dev.duplex.producer.relay.RelayState.STANDBY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RelayStateTest {
  private static final Map<RelayState, Set<RelayState>> ARROWS =
      new EnumMap<>(
          Map.of(
              STANDBY, Set.of(STANDBY, LIVE, SPOOLING, HALTED),
              LIVE, Set.of(LIVE, SPOOLING, STANDBY, HALTED),
              SPOOLING, Set.of(SPOOLING, DRAINING, LIVE, STANDBY, HALTED),
              DRAINING, Set.of(DRAINING, SPOOLING, LIVE, STANDBY, HALTED),
              HALTED, Set.of(HALTED, STANDBY)));

  @Test
  void shouldHaveTheArrowsOfItsPageAndNoOthers() {
    for (RelayState from : RelayState.values()) {
      for (RelayState to : RelayState.values()) {
        boolean arrow = ARROWS.getOrDefault(from, Set.of()).contains(to);
        assertThat(from.hasArrowTo(to)).as("%s -> %s", from, to).isEqualTo(arrow);
        if (arrow) {
          from.requireArrowTo(to);
        } else {
          assertThatThrownBy(() -> from.requireArrowTo(to))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining(from.name())
              .hasMessageContaining(to.name());
        }
      }
    }
  }
}
