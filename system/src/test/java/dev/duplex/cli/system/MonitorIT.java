package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.FreePorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The three services over HTTP, before, during and after an outage of the broker. */
class MonitorIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private final int producer = FreePorts.reserve();
  private final int consumer = FreePorts.reserve();
  private final int monitor = FreePorts.reserve();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  private String link = "";

  @Test
  void shouldTellAnOutageWhileItLastsAndItsEnd() throws Exception {
    try (Twin twin = new Twin(sections())) {
      link = twin.link().name();
      try {
        run(twin);
      } catch (AssertionError e) {
        throw new AssertionError(twin.logs(), e);
      }
    }
  }

  private String sections() {
    return """
    producer: { http: "127.0.0.1:%d" }
    consumer: { http: "127.0.0.1:%d" }
    status: { http: "127.0.0.1:%d", services: ["127.0.0.1:%d", "127.0.0.1:%d"] }
    """
        .formatted(producer, consumer, monitor, producer, consumer);
  }

  private void run(Twin twin) throws Exception {
    twin.initializeTpcb(1);
    twin.succeed("init", "--copy");
    ChildProcess watching = twin.start("monitor", "monitor");
    ChildProcess publishing = twin.start("producer", "producer");
    ChildProcess applying = twin.start("consumer", "consumer");
    twin.onPrimary("INSERT INTO pgbench_branches VALUES (1000, 0, '')");
    awaitState("IN_SYNC");
    Await.until(
        "what is told is current", LIMIT, () -> get(monitor, "/health").statusCode() == 200);
    assertThat(get(producer, "/health").body()).contains("\"state\":\"LIVE\"");
    assertThat(get(consumer, "/health").body()).contains("\"state\":\"APPLYING\"");
    Await.until(
        "producer and consumer are asked",
        LIMIT,
        () ->
            link().path("producer").path("self").path("state").asText().equals("LIVE")
                && link().path("consumer").path("self").path("state").asText().equals("APPLYING"));
    assertThat(get(consumer, "/metrics").body())
        .contains("duplex_applier_state{link=\"" + link + "\",state=\"applying\"} 1.0")
        .containsPattern("duplex_applier_group_seconds_count\\{link=\"" + link + "\"} [1-9]")
        .contains("duplex_applier_applied_transactions_total{link=\"" + link + "\"} 1.0");

    twin.lab().broker().kill();
    twin.onPrimary("INSERT INTO pgbench_branches VALUES (1001, 0, '')");
    awaitState("DIVERGED");
    Await.until(
        "the cause and the diff file are known",
        LIMIT,
        () ->
            link().path("reason").asText().equals("BROKER_UNREACHABLE")
                && link().path("bytesSpooled").asLong() > 0);
    assertThat(get(producer, "/metrics").body())
        .contains("duplex_relay_state{link=\"" + link + "\",state=\"spooling\"} 1.0")
        .containsPattern("duplex_relay_spool_bytes\\{link=\"" + link + "\"} [1-9]")
        .containsPattern("duplex_relay_publish_failures_total\\{link=\"" + link + "\"} [1-9]");
    Await.until(
        "the monitor knows that Kafka is away",
        LIMIT,
        () -> get(monitor, "/health").statusCode() == 503);
    assertThat(get(producer, "/health").statusCode()).isEqualTo(200);

    twin.lab().broker().start();
    awaitState("IN_SYNC");
    Await.until(
        "what is told is current", LIMIT, () -> get(monitor, "/health").statusCode() == 200);
    assertThat(get(producer, "/metrics").body())
        .contains("duplex_relay_spool_bytes{link=\"" + link + "\"} 0.0")
        .contains("duplex_relay_published_transactions_total{link=\"" + link + "\"} 2.0");
    // The producer tells when it has its connection for that again; the link may be in sync before.
    Await.until("the outage is told, and its end", LIMIT, this::outageIsOver);

    for (ChildProcess service : List.of(watching, publishing, applying)) {
      assertThat(service.terminate(LIMIT)).isTrue();
      assertThat(service.awaitExit(LIMIT)).isZero();
    }
  }

  private boolean outageIsOver() throws Exception {
    JsonNode incidents =
        json.readTree(get(monitor, "/api/links/" + link + "/incidents").body()).path("incidents");
    for (JsonNode incident : incidents) {
      if (incident.path("reason").asText().equals("BROKER_UNREACHABLE")) {
        return incident.hasNonNull("ended");
      }
    }
    return false;
  }

  private JsonNode link() throws Exception {
    return json.readTree(get(monitor, "/api/links/" + link).body());
  }

  private void awaitState(String state) throws InterruptedException {
    Await.until("the link is " + state, LIMIT, () -> link().path("state").asText().equals(state));
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(ANSWER_LIMIT)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
