package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FreePortsTest {
  @Test
  void shouldHandOutEachPortOnce() {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      assertThat(ports.add(FreePorts.reserve())).isTrue();
    }
  }

  @Test
  void shouldTellWhetherAPortIsTaken() throws Exception {
    int port = FreePorts.reserve();
    assertThat(FreePorts.isFree(port)).isTrue();
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(FreePorts.isFree(socket.getLocalPort())).isFalse();
    }
  }
}
