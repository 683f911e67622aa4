package dev.duplex.consumer;

import static dev.duplex.consumer.ApplierState.APPLYING;
import static dev.duplex.consumer.ApplierState.FAILED;
import static dev.duplex.consumer.ApplierState.HALTED;
import static dev.duplex.consumer.ApplierState.STANDBY;
import static dev.duplex.consumer.ApplierState.STOPPED;
import static dev.duplex.consumer.ApplierState.WAITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ApplierStateTest {
  private static final Map<ApplierState, Set<ApplierState>> ARROWS =
      Map.of(
          STANDBY, Set.of(STANDBY, APPLYING, WAITING, HALTED, STOPPED),
          WAITING, Set.of(WAITING, STANDBY, APPLYING, HALTED, STOPPED),
          APPLYING, Set.of(APPLYING, STANDBY, WAITING, FAILED, HALTED, STOPPED),
          FAILED, Set.of(FAILED, STANDBY, WAITING, APPLYING, HALTED, STOPPED),
          HALTED, Set.of(),
          STOPPED, Set.of());

  @Test
  void shouldRefuseEveryOtherArrow() {
    for (ApplierState from : ApplierState.values()) {
      for (ApplierState to : ApplierState.values()) {
        if (ARROWS.getOrDefault(from, Set.of()).contains(to)) {
          from.requireArrow(to);
        } else {
          assertThatThrownBy(() -> from.requireArrow(to))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining(from + " cannot become " + to);
        }
      }
    }
    assertThat(ARROWS).hasSize(ApplierState.values().length);
  }
}
