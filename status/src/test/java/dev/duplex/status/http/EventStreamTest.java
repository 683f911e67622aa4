package dev.duplex.status.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.HostPort;
import dev.duplex.lab.Await;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.time.Time;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What subscribers get, and what those that do not read cost. */
final class EventStreamTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofSeconds(2);

  private final FakeMonitor monitor = new FakeMonitor();
  private final MonitorPort port = MonitorPort.open(new HostPort("127.0.0.1", 0), "/none/", IDLE);

  @BeforeEach
  void serve() {
    port.serve(monitor, Duration.ofSeconds(5), () -> 0, Time.system());
  }

  @AfterEach
  void close() {
    port.close();
  }

  /** One event as it comes. */
  private record Event(String id, String type, String data) {}

  /** A browser, as far as it matters here. */
  private final class Browser implements AutoCloseable {
    private final Socket socket = new Socket();
    private final BufferedReader reader;
    private final String status;

    private Browser(String headers) throws IOException {
      socket.setReceiveBufferSize(4 << 10);
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port.address().getPort()));
      socket
          .getOutputStream()
          .write(
              ("GET /api/events HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      status = reader.readLine();
    }

    private Event next() throws IOException {
      String id = "";
      String type = "";
      String line = reader.readLine();
      while (line != null) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          type = line.substring(7);
        } else if (line.startsWith("data: ")) {
          return new Event(id, type, line.substring(6));
        }
        line = reader.readLine();
      }
      throw new IOException("the stream has ended");
    }

    private Event next(String type) throws IOException {
      Event event = next();
      while (!event.type.equals(type)) {
        event = next();
      }
      return event;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void shouldSendTheLinksAtOnceOnChangeAndAsASignOfLife() throws Exception {
    monitor.put(FakeMonitor.report("bank", LinkState.IN_SYNC));
    try (Browser browser = new Browser("")) {
      assertThat(browser.status).startsWith("HTTP/1.1 200");
      Event first = browser.next();
      assertThat(first.type).isEqualTo("links");
      assertThat(first.data).contains("\"link\":\"bank\"").contains("IN_SYNC");
      monitor.put(FakeMonitor.report("bank", LinkState.HALTED));
      assertThat(browser.next().data).contains("\"state\":\"HALTED\"");
      assertThat(browser.next().type).as("though nothing changes").isEqualTo("links");
    }
  }

  @Test
  void shouldGoOnAfterTheLastEventThatASubscriberGot() throws Exception {
    String id;
    try (Browser browser = new Browser("")) {
      Event links = browser.next();
      assertThat(links.id).isNotEmpty();
      monitor.tell(FakeMonitor.event("bank", 1));
      Event event = browser.next("status");
      assertThat(event.data).contains("\"sequence\":1").contains("\"link\":\"bank\"");
      id = event.id;
    }
    monitor.tell(FakeMonitor.event("bank", 2));
    monitor.tell(FakeMonitor.event("bank", 3));
    try (Browser browser = new Browser("Last-Event-ID: " + id + "\r\n")) {
      assertThat(browser.next("status").data).contains("\"sequence\":2");
      assertThat(browser.next("status").data).contains("\"sequence\":3");
    }
    try (Browser browser = new Browser("")) {
      assertThat(browser.next().type).isEqualTo("links"); // a new one asks for what was before
    }
    try (Browser browser = new Browser("Last-Event-ID: of another process\r\n")) {
      assertThat(browser.next("status").data).contains("\"sequence\":1");
    }
  }

  @Test
  void shouldShowNoSignOfLifeWhileThereIsNothingTrueToTell() throws Exception {
    try (Browser browser = new Browser("")) {
      assertThat(browser.next().type).isEqualTo("links");
      monitor.fail(true);
      monitor.put(FakeMonitor.report("bank", LinkState.IN_SYNC));
      monitor.tell(FakeMonitor.event("bank", 1));
      assertThat(browser.next().type).isEqualTo("status");
      monitor.fail(false);
      assertThat(browser.next("links").data).contains("bank");
    }
  }

  @Test
  void shouldNotLetAFrozenSubscriberHoldUpAnybody() throws Exception {
    for (int link = 0; link < 100; link++) {
      monitor.put(FakeMonitor.report("bank" + link, LinkState.IN_SYNC)); // a large document
    }
    try (Browser frozen = new Browser("");
        Browser reading = new Browser("")) {
      assertThat(frozen.next().type).isEqualTo("links");
      Await.until("both subscribe", LIMIT, () -> subscribers() == 2);
      // The frozen one reads no more; its buffers fill up, and it is given up after a while.
      Await.until(
          "the frozen one is given up",
          LIMIT,
          () -> {
            monitor.put(FakeMonitor.report("bank0", LinkState.IN_SYNC));
            monitor.tell(FakeMonitor.event("bank0", 1));
            assertThat(reading.next("links").data).contains("bank99");
            return subscribers() == 1;
          });
      assertThat(reading.next("links").data).contains("bank99");
    }
    Await.until("nobody is left", LIMIT, () -> subscribers() == 0);
  }

  @Test
  void shouldAdmitAHundredSubscribers() throws Exception {
    List<Browser> browsers = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Browser browser = new Browser("");
        browsers.add(browser);
        assertThat(browser.status).startsWith("HTTP/1.1 200");
      }
      try (Browser more = new Browser("")) {
        assertThat(more.status).startsWith("HTTP/1.1 503");
      }
    } finally {
      for (Browser browser : browsers) {
        browser.close();
      }
    }
    Await.until("all are gone", LIMIT, () -> subscribers() == 0);
    try (Browser browser = new Browser("")) {
      assertThat(browser.status).startsWith("HTTP/1.1 200");
    }
  }

  private long subscribers() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> line.startsWith("duplex_monitor_subscribers "))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
          .findFirst()
          .orElseThrow();
    }
  }
}
