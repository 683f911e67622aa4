package dev.duplex.status.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.duplex.config.ConfigException;
import dev.duplex.config.HostPort;
import dev.duplex.lab.Await;
import dev.duplex.lab.FreePorts;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.judge.SpoolReport;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ServiceClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final List<HttpServer> servers = new ArrayList<>();
  private final AtomicLong later = new AtomicLong();

  private final Time late =
      new Time() {
        @Override
        public long nanos() {
          return Time.system().nanos() + later.get();
        }

        @Override
        public Clock clock() {
          return Time.system().clock();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          Time.system().sleep(duration);
        }
      };

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void shouldReadWhatItWrites() throws Exception {
    ServiceReport producer = report(Role.PRODUCER, "bank", ServiceState.SPOOLING, 1.5);
    assertThat(ServiceJson.read(Json.bytes(ServiceJson.map(producer)))).isEqualTo(producer);
    ServiceReport consumer =
        new ServiceReport(
            Role.CONSUMER,
            "bank",
            "1@h#a",
            ServiceState.APPLYING,
            Optional.empty(),
            "",
            0,
            0,
            0,
            0,
            Optional.empty());
    assertThat(ServiceJson.read(Json.bytes(ServiceJson.map(consumer)))).isEqualTo(consumer);
    for (String text : List.of("", "[]", "{}", "{\"role\":\"COOK\"}", "<html>")) {
      assertThatThrownBy(() -> ServiceJson.read(text.getBytes(StandardCharsets.UTF_8)))
          .as(text)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldKnowTheNewestOfEachSideAndDropWhatIsOld() throws Exception {
    List<HostPort> services =
        List.of(
            serve(200, report(Role.PRODUCER, "bank", ServiceState.STANDBY, 1)),
            serve(200, report(Role.PRODUCER, "bank", ServiceState.SPOOLING, 90)),
            serve(200, report(Role.CONSUMER, "bank", ServiceState.STANDBY, 5)),
            serve(200, report(Role.PRODUCER, "shop", ServiceState.LIVE, 7)),
            serve(200, report(Role.PRODUCER, "shop", ServiceState.HALTED, 900)));
    try (ServiceClient client = new ServiceClient(services, late)) {
      client.start(Loops.THREADS);
      Await.until("all are asked", LIMIT, () -> client.reports().size() == 3);
      assertThat(client.reports())
          .extracting(ServiceReport::state)
          .containsExactlyInAnyOrder(
              ServiceState.SPOOLING, ServiceState.STANDBY, ServiceState.LIVE);
      servers.forEach(server -> server.stop(0));
      servers.clear();
      later.addAndGet(TimeUnit.SECONDS.toNanos(4));
      Await.until("all are too old", LIMIT, () -> client.reports().isEmpty());
    }
  }

  @Test
  void shouldNameAnAddressThatCannotBeAsked() {
    assertThatThrownBy(() -> new ServiceClient(List.of(new HostPort("no_name", 80)), late))
        .isInstanceOf(ConfigException.class)
        .hasMessage("status.services: no_name:80 is not an address of HTTP");
  }

  @Test
  void shouldNotBeHeldUpByThoseThatDoNotAnswerOrAnswerNonsense() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      List<HostPort> services =
          List.of(
              new HostPort("127.0.0.1", mute.getLocalPort()),
              new HostPort("127.0.0.1", FreePorts.reserve()),
              serve(200, "x".repeat(1 << 20)),
              serve(200, "{\"role\":7}"),
              serve(500, report(Role.CONSUMER, "bank", ServiceState.APPLYING, 1)),
              serve(200, report(Role.PRODUCER, "bank", ServiceState.LIVE, 1)));
      try (ServiceClient client = new ServiceClient(services, late)) {
        client.start(Loops.THREADS);
        Await.until("the one that answers is heard", LIMIT, () -> client.reports().size() == 1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
        Await.until(
            "some rounds are over",
            LIMIT,
            () -> {
              assertThat(client.reports()).hasSize(1);
              return System.nanoTime() - end >= 0;
            });
      }
    }
  }

  private static ServiceReport report(Role role, String link, ServiceState state, double seconds) {
    return new ServiceReport(
        role,
        link,
        "12@host#ab",
        state,
        Optional.of(Reason.BROKER_UNREACHABLE),
        "<b>\"no broker\"</b>",
        seconds,
        0x2C340AE0L,
        5,
        50,
        Optional.of(new SpoolReport(1, 2, 3, 4, 5, 1_700_000_000_123_456L, 7_654_000)));
  }

  private HostPort serve(int status, ServiceReport report) throws IOException {
    return serve(status, new String(Json.bytes(ServiceJson.map(report)), StandardCharsets.UTF_8));
  }

  private HostPort serve(int status, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/api/service",
        exchange -> {
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return new HostPort("127.0.0.1", server.getAddress().getPort());
  }
}
