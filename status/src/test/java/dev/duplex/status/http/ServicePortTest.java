package dev.duplex.status.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.config.ConfigException;
import dev.duplex.config.HostPort;
import dev.duplex.lab.Await;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.metrics.Metrics;
import dev.duplex.status.service.ServiceClient;
import io.micrometer.core.instrument.Gauge;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ServicePortTest {
  private static final HostPort ANY = new HostPort("127.0.0.1", 0);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newHttpClient();
  private volatile ServiceState state = ServiceState.LIVE;

  @Test
  void shouldBeDownOnlyWhenAnOperatorMustAct() throws Exception {
    try (ServicePort port = ServicePort.open(ANY, "producer.http", this::report, new Metrics())) {
      Set<ServiceState> down =
          EnumSet.of(ServiceState.HALTED, ServiceState.FAILED, ServiceState.STOPPED);
      for (ServiceState each : ServiceState.values()) {
        state = each;
        HttpResponse<String> health = get(port, "/health");
        assertThat(health.statusCode()).as("%s", each).isEqualTo(down.contains(each) ? 503 : 200);
        assertThat(health.body())
            .contains(down.contains(each) ? "\"status\":\"DOWN\"" : "\"status\":\"UP\"")
            .contains(each.name());
      }
      assertThat(get(port, "/").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void shouldServeItsReportAndMetrics() throws Exception {
    Metrics metrics = new Metrics();
    Gauge.builder("duplex.test", () -> 7).tag("link", "bank").register(metrics.registry());
    try (ServicePort port = ServicePort.open(ANY, "producer.http", this::report, metrics);
        ServiceClient client = new ServiceClient(List.of(port.address()), Time.system())) {
      client.start(Loops.THREADS);
      Await.until("it is asked", LIMIT, () -> client.reports().equals(List.of(report())));
      HttpResponse<String> text = get(port, "/metrics");
      assertThat(text.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
      assertThat(text.body()).contains("duplex_test{link=\"bank\"} 7.0").contains("jvm_");
    }
  }

  @Test
  void shouldNameTheKeyWhenThePortIsTaken() {
    try (ServicePort port = ServicePort.open(ANY, "producer.http", this::report, new Metrics())) {
      assertThatThrownBy(
              () -> ServicePort.open(port.address(), "consumer.http", this::report, new Metrics()))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("consumer.http: cannot listen on " + port.address())
          .hasMessageContaining("in use");
    }
  }

  @Test
  void shouldHoldALimitedNumberOfConnections() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try (ServicePort port = ServicePort.open(ANY, "producer.http", this::report, new Metrics())) {
      for (int i = 0; i < 256; i++) {
        idle.add(new Socket(InetAddress.getLoopbackAddress(), port.address().port()));
      }
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + port.address() + "/health"))
              .timeout(Duration.ofSeconds(1))
              .build();
      Await.until("nobody else is answered", LIMIT, () -> !isAnswered(request));
      for (Socket socket : idle) {
        socket.close();
      }
      Await.until("there is room again", LIMIT, () -> isAnswered(request));
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  private boolean isAnswered(HttpRequest request) throws Exception {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
    } catch (HttpTimeoutException e) {
      return false;
    }
  }

  private ServiceReport report() {
    return new ServiceReport(
        Role.PRODUCER, "bank", "1@h#a", state, Optional.empty(), "", 2, 3, 4, 5, Optional.empty());
  }

  private HttpResponse<String> get(ServicePort port, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://" + port.address() + path))
            .timeout(LIMIT)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
