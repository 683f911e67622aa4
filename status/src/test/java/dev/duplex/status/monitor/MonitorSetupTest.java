package dev.duplex.status.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MonitorSetupTest {
  @Test
  void shouldNotShareStateBetweenMonitorsOfDifferentLinks() {
    assertThat(MonitorSetup.applicationId(List.of("bank"))).isEqualTo("duplex-monitor-bank");
    assertThat(MonitorSetup.applicationId(List.of("bank", "shop_*")))
        .isEqualTo("duplex-monitor-bank.shop_-");
    assertThat(MonitorSetup.applicationId(List.of("*"))).isEqualTo("duplex-monitor--");
  }

  @Test
  void shouldKeepTheNameOfTopicsShort() {
    List<String> many = Stream.iterate("a", name -> name + "a").limit(39).toList();
    assertThat(MonitorSetup.applicationId(many)).hasSize("duplex-monitor-".length() + 32);
  }
}
