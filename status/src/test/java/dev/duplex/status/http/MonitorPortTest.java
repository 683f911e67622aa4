package dev.duplex.status.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.config.ConfigException;
import dev.duplex.config.HostPort;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.monitor.Freshness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the monitor's port answers. */
final class MonitorPortTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String PAGE = "/dev/duplex/status/http/page/";

  private final FakeMonitor monitor = new FakeMonitor();
  private final MonitorPort port =
      MonitorPort.open(new HostPort("127.0.0.1", 0), PAGE, Duration.ofSeconds(5));
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void serve() {
    port.serve(monitor, Duration.ofSeconds(5), () -> 3, Time.system());
  }

  @AfterEach
  void close() {
    port.close();
  }

  @Test
  void shouldTellAllLinksWithWhatOthersWroteAsData() throws Exception {
    monitor.put(FakeMonitor.report("bank", LinkState.DIVERGED));
    monitor.put(FakeMonitor.report("shop", LinkState.IN_SYNC));
    HttpResponse<String> response = get("/api/links");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    JsonNode document = json(response);
    assertThat(document.path("current").asBoolean()).isTrue();
    assertThat(document.path("divergedAfterSeconds").asDouble()).isEqualTo(5.0);
    assertThat(document.path("links")).hasSize(2);
    JsonNode bank = document.path("links").get(0);
    assertThat(bank.path("link").asText()).isEqualTo("bank");
    assertThat(bank.path("state").asText()).isEqualTo("DIVERGED");
    assertThat(bank.path("reason").asText()).isEqualTo("SECONDARY_BEHIND");
    assertThat(bank.path("detail").asText()).isEqualTo(FakeMonitor.EVIL);
    assertThat(bank.path("stateSeconds").asDouble()).isGreaterThanOrEqualTo(60);
    assertThat(bank.path("lagSeconds").asDouble()).isEqualTo(1.234);
    assertThat(bank.path("transactionsBehind").asLong()).isEqualTo(7);
    assertThat(bank.path("changesBehind").asLong()).isEqualTo(70);
    assertThat(bank.path("bytesSpooled").asLong()).isEqualTo(4_096);
    assertThat(bank.path("publishedPerSecond").asDouble()).isEqualTo(12.3);
    assertThat(bank.path("appliedPerSecond").isNull()).isTrue();
    JsonNode producer = bank.path("producer");
    assertThat(producer.path("position").asText()).isEqualTo("0/C8");
    assertThat(producer.path("silentSeconds").asDouble()).isEqualTo(0.3);
    assertThat(producer.path("instance").asText()).isEqualTo(FakeMonitor.EVIL);
    JsonNode spool = producer.path("self").path("spool");
    assertThat(spool.path("firstPosition").asText()).isEqualTo("0/2C340AE0");
    assertThat(spool.path("oldestCommit").asText()).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(bank.path("consumer").path("self").isNull()).isTrue();
    assertThat(bank.path("incidents").get(0).path("link").asText()).isEqualTo("bank");
  }

  @Test
  void shouldTellOneLinkItsIncidentsAndItsPast() throws Exception {
    monitor.put(FakeMonitor.report("bank", LinkState.DIVERGED));
    JsonNode bank = json(get("/api/links/bank"));
    assertThat(bank.path("state").asText()).isEqualTo("DIVERGED");
    assertThat(bank.path("current").asBoolean()).isTrue();
    JsonNode incidents = json(get("/api/links/bank/incidents")).path("incidents");
    assertThat(incidents).hasSize(2);
    assertThat(incidents.get(0).path("ended").isNull()).isTrue();
    assertThat(incidents.get(1).path("seconds").asDouble()).isEqualTo(2.5);
    assertThat(incidents.get(1).path("worst").asText()).isEqualTo("DIVERGED");
    assertThat(incidents.get(1).path("events").get(0).path("time").asText())
        .isEqualTo("1970-01-01T00:16:40.000123Z");
    JsonNode sample = json(get("/api/links/bank/samples")).path("samples").get(0);
    assertThat(sample.path("lagSeconds").asDouble()).isEqualTo(0.04);
    assertThat(sample.path("publishedPerSecond").asDouble()).isEqualTo(10.0);
  }

  @Test
  void shouldAnswerWithJsonWhatIsNotThere() throws Exception {
    for (String path :
        List.of(
            "/api/links/bank",
            "/api/links/bank/incidents",
            "/api/links/bank/samples",
            "/api/links/%3Cscript%3E",
            "/api/links/BANK",
            "/api/links/bank/",
            "/api/",
            "/nothing.html",
            "/part.class",
            "/../index.html",
            "/%2e%2e/index.html",
            "/.html")) {
      HttpResponse<String> response = get(path);
      assertThat(response.statusCode()).as(path).isIn(400, 404);
      assertThat(response.body()).as(path).startsWith("{\"error\":");
    }
  }

  @Test
  void shouldServeThePageAndTellBrowsersItsLimits() throws Exception {
    HttpResponse<String> response = get("/");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("a page of the test");
    assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(get("/part.js").headers().firstValue("Content-Type"))
        .contains("text/javascript; charset=utf-8");
    for (String path : List.of("/", "/part.js", "/api/links", "/nothing", "/metrics")) {
      HttpResponse<String> each = get(path);
      assertThat(each.headers().firstValue("Content-Security-Policy").orElse(""))
          .as(path)
          .startsWith("default-src 'self'")
          .doesNotContain("unsafe");
      assertThat(each.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(each.headers().firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(each.headers().firstValue("Server")).isEmpty();
    }
  }

  @Test
  void shouldRefuseEveryMethodButGetAndHead() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")) {
      for (String path : List.of("/", "/api/links", "/api/events", "/health", "/metrics")) {
        String answer = raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        assertThat(answer).as(method + " " + path).startsWith("HTTP/1.1 405 ");
        assertThat(answer).contains("Allow: GET, HEAD\r\n");
      }
    }
    String head = raw("HEAD /api/links HTTP/1.1\r\nHost: localhost\r\n");
    assertThat(head).startsWith("HTTP/1.1 200 ").contains("Content-Length: ").endsWith("\r\n\r\n");
    assertThat(raw("HEAD /api/events HTTP/1.1\r\nHost: localhost\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("\r\n\r\n");
  }

  @Test
  void shouldRefuseNamesThatWereMadeToPointHere() throws Exception {
    for (String host : List.of("evil.example", "evil.example:8480", "localhost.evil", "[::2]")) {
      assertThat(raw("GET /api/links HTTP/1.1\r\nHost: " + host + "\r\n"))
          .as(host)
          .startsWith("HTTP/1.1 421 ");
    }
    for (String host : List.of("localhost", "LOCALHOST:1", "127.0.0.1:8480", "[::1]:80")) {
      assertThat(raw("GET /api/links HTTP/1.1\r\nHost: " + host + "\r\n"))
          .as(host)
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void shouldRefuseHeadersThatAreTooLarge() throws Exception {
    String answer =
        raw("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(9_000) + "\r\n");
    assertThat(answer).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void shouldBeHealthyWhileItKnowsWhatIsTrueNow() throws Exception {
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(json(get("/health")).path("status").asText()).isEqualTo("UP");
    monitor.freshness(new Freshness(false, Duration.ofSeconds(9), "no broker answers"));
    HttpResponse<String> response = get("/health");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(json(response).path("detail").asText()).isEqualTo("no broker answers");
    assertThat(json(get("/api/links")).path("current").asBoolean()).isFalse();
    assertThat(json(get("/api/links")).path("ageSeconds").asDouble()).isEqualTo(9.0);
  }

  @Test
  void shouldGiveTheMetricsOfTheLinksThatThereAre() throws Exception {
    monitor.put(FakeMonitor.report("bank", LinkState.DIVERGED));
    assertThat(get("/metrics").body())
        .contains("duplex_link_state{link=\"bank\",state=\"diverged\"} 1.0")
        .contains("duplex_link_state{link=\"bank\",state=\"in_sync\"} 0.0")
        .contains("duplex_link_lag_seconds{link=\"bank\"} 1.234")
        .contains("duplex_link_published_transactions_total{link=\"bank\"} 20.0")
        .contains("duplex_link_mismatches_total{link=\"bank\"} 2.0")
        .contains("duplex_monitor_current 1.0")
        .contains("duplex_monitor_undecodable_total 3.0")
        .contains("jvm_memory_used_bytes")
        .doesNotContain("onerror");
    monitor.put(FakeMonitor.report("bank", LinkState.IN_SYNC));
    monitor.put(FakeMonitor.report("shop", LinkState.IN_SYNC));
    assertThat(get("/metrics").body())
        .contains("duplex_link_state{link=\"bank\",state=\"diverged\"} 0.0")
        .contains("link=\"shop\"");
    monitor.remove("shop");
    assertThat(get("/metrics").body()).doesNotContain("link=\"shop\"");
  }

  @Test
  void shouldNameTheKeyWhenItCannotListen() {
    HostPort taken = new HostPort("127.0.0.1", port.address().getPort());
    assertThatThrownBy(() -> MonitorPort.open(taken))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("status.http: cannot listen on " + taken)
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> MonitorPort.open(new HostPort("no.such.host.invalid", 0)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("status.http: ");
  }

  @Test
  void shouldTellNothingOfTheInsideWhenItFails() throws Exception {
    monitor.fail(true);
    HttpResponse<String> response = get("/api/links");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).startsWith("{\"error\":").doesNotContain("secret");
    monitor.fail(false);
    assertThat(get("/api/links").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldListenBeforeThereIsAMonitor() throws Exception {
    try (MonitorPort early = MonitorPort.open(new HostPort("127.0.0.1", 0))) {
      HttpRequest request = HttpRequest.newBuilder(early.address().resolve("/health")).build();
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).contains("the monitor is starting");
    }
  }

  @Test
  void shouldForgetTheMonitorWhenItIsClosed() {
    assertThat(monitor.listeners()).isEqualTo(1);
    port.close();
    assertThat(monitor.listeners()).isZero();
    port.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port.address().getPort() + path);
    return http.send(
        HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }

  private String raw(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.address().getPort())) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
