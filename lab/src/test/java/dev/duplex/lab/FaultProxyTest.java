package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultProxyTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private ServerSocket echo;
  private Thread serving;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws Exception {
    // A port of the kernel's choice is one that outgoing connections get, too: with nobody
    // listening
    // there any more, a connection can be made from it to itself.
    echo = new ServerSocket(FreePorts.reserve(), 50, InetAddress.getLoopbackAddress());
    serving = ProxiedConnection.daemon("echo", this::serve);
    serving.start();
    proxy = new FaultProxy(echo.getLocalPort());
    proxy.start();
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    echo.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("duplex-proxy"));
  }

  @Test
  void shouldPassBothWaysAndTheEnd() throws Exception {
    try (Socket socket = connect()) {
      roundTripMillis(socket, 1_000_000);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void shouldRefuseNewConnectionsOnlyUntilPass() throws Exception {
    try (Socket open = connect()) {
      roundTripMillis(open, 1);
      proxy.refuse();
      assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
      roundTripMillis(open, 1);
      proxy.pass();
      try (Socket another = connect()) {
        roundTripMillis(another, 1);
      }
    }
  }

  @Test
  void shouldHoldEverythingWhileFrozen() throws Exception {
    try (Socket open = connect()) {
      roundTripMillis(open, 1);
      proxy.freeze();
      try (Socket another = connect()) {
        for (Socket socket : new Socket[] {open, another}) {
          socket.setSoTimeout(200);
          socket.getOutputStream().write('a');
          assertThatThrownBy(() -> socket.getInputStream().read())
              .isInstanceOf(SocketTimeoutException.class);
          socket.setSoTimeout((int) LIMIT.toMillis());
        }
        proxy.pass();
        assertThat(open.getInputStream().read()).isEqualTo('a');
        assertThat(another.getInputStream().read()).isEqualTo('a');
      }
    }
  }

  @Test
  void shouldHoldABoundedAmountWhileFrozen() throws Exception {
    proxy.freeze();
    try (Socket socket = connect()) {
      Thread writer =
          ProxiedConnection.daemon(
              "writer",
              () -> {
                try {
                  socket.getOutputStream().write(new byte[64 * 1024 * 1024]);
                } catch (IOException e) {
                  // Expected: the connection is reset.
                }
              });
      writer.start();
      writer.join(300);
      assertThat(writer.isAlive()).isTrue();
      proxy.reset();
      Await.until("the writer to fail", LIMIT, () -> !writer.isAlive());
    }
  }

  @Test
  void shouldDelayEachDirection() throws Exception {
    proxy.delay(Duration.ofMillis(100));
    try (Socket socket = connect()) {
      assertThat(roundTripMillis(socket, 1)).isGreaterThanOrEqualTo(200);
    }
  }

  @Test
  void shouldLimitTheRate() throws Exception {
    proxy.limit(100_000);
    try (Socket socket = connect()) {
      assertThat(roundTripMillis(socket, 50_000)).isGreaterThanOrEqualTo(500);
    }
    assertThatThrownBy(() -> proxy.limit(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldResetOpenConnectionsAndServeNewOnes() throws Exception {
    try (Socket socket = connect()) {
      roundTripMillis(socket, 1);
      proxy.reset();
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
    try (Socket socket = connect()) {
      roundTripMillis(socket, 1);
    }
  }

  @Test
  void shouldResetClientsWhenTheTargetIsDown() throws Exception {
    echo.close();
    serving.join(LIMIT.toMillis()); // until it has ended, the system may still accept for it
    try (Socket socket = connect()) {
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout((int) LIMIT.toMillis());
    return socket;
  }

  private static long roundTripMillis(Socket socket, int bytes) throws IOException {
    long start = System.nanoTime();
    socket.getOutputStream().write(new byte[bytes]);
    assertThat(socket.getInputStream().readNBytes(bytes)).hasSize(bytes);
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        ProxiedConnection.daemon("echo connection", () -> mirror(socket)).start();
      } catch (IOException e) {
        // The test has ended.
      }
    }
  }

  private static void mirror(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // Reset by the test.
    }
  }
}
