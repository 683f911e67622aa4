package dev.duplex.status.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.config.ConfigException;
import dev.duplex.config.HostPort;
import dev.duplex.lab.Await;
import dev.duplex.schemas.avro.Role;
import dev.duplex.status.metrics.Metrics;
import dev.duplex.status.service.ServiceClient;
import dev.duplex.status.service.ServiceReport;
import io.micrometer.core.instrument.Gauge;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServicePortTest {
  private static final HostPort ANY = new HostPort("127.0.0.1", 0);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newHttpClient();
  private volatile String state = "LIVE";

  @Test
  void shouldBeDownOnlyWhenAnOperatorMustAct() throws Exception {
    try (ServicePort port = ServicePort.open(ANY, "producer.http", this::report, new Metrics())) {
      for (String up : List.of("LIVE", "STANDBY", "SPOOLING", "DRAINING", "APPLYING", "WAITING")) {
        state = up;
        assertThat(get(port, "/health").statusCode()).as(up).isEqualTo(200);
      }
      for (String down : List.of("HALTED", "FAILED", "STOPPED")) {
        state = down;
        assertThat(get(port, "/health").statusCode()).as(down).isEqualTo(503);
        assertThat(get(port, "/health").body()).contains("\"status\":\"DOWN\"").contains(down);
      }
      assertThat(get(port, "/").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void shouldServeItsReportAndMetrics() throws Exception {
    Metrics metrics = new Metrics();
    Gauge.builder("duplex.test", () -> 7).tag("link", "bank").register(metrics.registry());
    try (ServicePort port = ServicePort.open(ANY, "producer.http", this::report, metrics);
        ServiceClient client = new ServiceClient(List.of(port.address()))) {
      client.start();
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
