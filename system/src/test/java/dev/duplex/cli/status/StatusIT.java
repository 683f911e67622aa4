package dev.duplex.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.admin.LinkAccess;
import dev.duplex.cli.TestLink;
import dev.duplex.cli.TestLink.Output;
import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.lab.Await;
import dev.duplex.lab.FreePorts;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.status.Observation;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatusIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private static Observation halted() {
    return Observation.halted(Reason.DIFF_FILE_ELSEWHERE, 1_700_000_000_123_456L, "on host b")
        .withRange(new PrimaryIdentity("7", 1), null, 0x1_0000_0010L);
  }

  private TestLink link() throws Exception {
    return new TestLink()
        .with("spool", "{ directory: \"" + directory + "\" }")
        .with("status", "{ diverged-after: 1s }");
  }

  private StatusReporter reporter(TestLink link, SchemaRegistry registry) throws Exception {
    DuplexConfig config = DuplexConfig.load(link.file());
    return StatusReporter.open(
        directory.resolve(link.name()),
        Observer.PRODUCER,
        "1@host#abcd",
        LinkAccess.kafka(config),
        registry);
  }

  @Test
  void shouldShowTheIncidentOfARelayThatCannotWriteProgress() throws Exception {
    TestLink link = link();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY)");
    assertThat(link.duplex("init").code()).isZero();
    DuplexConfig config = DuplexConfig.load(link.file());
    try (SchemaRegistry registry = LinkAccess.registry(config);
        StatusReporter reporter = reporter(link, registry)) {
      reporter.report(halted());
      Await.until("the event", LIMIT, () -> reporter.pending() == 0);
    }
    Output output = link.duplex("status");
    assertThat(output.code()).isEqualTo(4);
    assertThat(output.out())
        .startsWith(link.name() + ": HALTED (DIFF_FILE_ELSEWHERE)")
        .contains(
            "incident  HALTED (DIFF_FILE_ELSEWHERE) since 2023-11-14T22:13:20.123456Z: on host b"
                + " (producer 1@host#abcd)");
    JsonNode json = new ObjectMapper().readTree(link.duplex("status", "--json").out());
    assertThat(json.path("state").asText()).isEqualTo("HALTED");
    JsonNode incident = json.path("incidents").path(0);
    assertThat(incident.path("reason").asText()).isEqualTo("DIFF_FILE_ELSEWHERE");
    assertThat(incident.path("lastPosition").asText()).isEqualTo("1/10");
    assertThat(incident.path("sequence").asInt()).isEqualTo(1);
  }

  @Test
  void shouldTellWhatThisMachineKnowsWithoutKafka() throws Exception {
    TestLink link =
        link()
            .with(
                "kafka",
                "{ bootstrap.servers: \"127.0.0.1:%d\", default.api.timeout.ms: 2000, request.timeout.ms: 1000 }"
                    .formatted(FreePorts.reserve()));
    Output nothing = link.duplex("status");
    assertThat(nothing.code()).isEqualTo(1);
    assertThat(nothing.err()).contains("Kafka at 127.0.0.1");

    DuplexConfig config = DuplexConfig.load(link.file());
    try (SchemaRegistry registry = LinkAccess.registry(config);
        StatusReporter reporter = reporter(link, registry)) {
      reporter.report(Observation.diverged(Reason.BROKER_UNREACHABLE, 1, "no broker answers"));
    }
    Output local = link.duplex("status");
    assertThat(local.code()).isEqualTo(3);
    assertThat(local.out())
        .contains("incident  DIVERGED (BROKER_UNREACHABLE)", "events that wait for Kafka: 1");
    JsonNode json = new ObjectMapper().readTree(link.duplex("status", "--json").out());
    assertThat(json.path("state").isNull()).isTrue();
    assertThat(json.path("eventsWaiting").asInt()).isEqualTo(1);
    assertThat(json.path("incidents").path(0).path("reason").asText())
        .isEqualTo("BROKER_UNREACHABLE");
  }
}
