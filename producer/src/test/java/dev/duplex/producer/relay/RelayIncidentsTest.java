package dev.duplex.producer.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.producer.ManualTime;
import dev.duplex.producer.spool.SpoolTotals;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While Kafka and the registry are away: the events wait on disk. */
final class RelayIncidentsTest {
  private static final PrimaryIdentity PRIMARY = new PrimaryIdentity("7", 1);
  private static final Duration DAMPED = Duration.ofMillis(1_100);

  private final ManualTime time = new ManualTime();

  @TempDir private Path directory;
  private SchemaRegistry registry;
  private StatusReporter reporter;
  private RelayIncidents incidents;

  @BeforeEach
  void open() throws Exception {
    registry = SchemaRegistry.open("http://127.0.0.1:1", Map.of());
    reporter =
        StatusReporter.open(
            directory,
            Observer.PRODUCER,
            "relay",
            new KafkaSettings(new Link("bank"), Map.of("bootstrap.servers", "127.0.0.1:1")),
            registry);
    incidents = new RelayIncidents(reporter, time);
  }

  @AfterEach
  void close() {
    reporter.close();
    registry.close();
  }

  @Test
  void shouldTellAnOutageThatLastsAndOnlyOnce() throws Exception {
    incidents.diverged(Reason.BROKER_UNREACHABLE, "away");
    look(1);
    assertThat(reporter.lastEvent()).isEmpty();
    time.sleep(DAMPED);
    look(1);
    incidents.diverged(Reason.BROKER_UNREACHABLE, "away");
    time.sleep(DAMPED);
    look(1);
    assertThat(reporter.pending()).isEqualTo(1);
    assertThat(reporter.lastEvent().orElseThrow().getState()).isEqualTo(LinkState.DIVERGED);
  }

  /** Another instance may have ended the first one meanwhile. */
  @Test
  void shouldTellTheNextOutageAfterItHasStoodBy() throws Exception {
    incidents.diverged(Reason.BROKER_UNREACHABLE, "away");
    time.sleep(DAMPED);
    look(1);
    incidents.standby();
    long back = time.micros();
    incidents.diverged(Reason.BROKER_UNREACHABLE, "away again");
    time.sleep(DAMPED);
    look(2);
    assertThat(reporter.pending()).isEqualTo(2);
    StatusEvent last = reporter.lastEvent().orElseThrow();
    assertThat(last.getDetail()).isEqualTo("away again");
    assertThat(last.getTimeMicros()).isGreaterThanOrEqualTo(back);
  }

  @Test
  void shouldForgetAnOutageThatWasNotToldBeforeItStoodBy() throws Exception {
    incidents.diverged(Reason.BROKER_UNREACHABLE, "away");
    incidents.standby();
    time.sleep(DAMPED);
    look(1);
    assertThat(reporter.pending()).isZero();
  }

  private void look(long firstPosition) {
    incidents.look(PRIMARY, new SpoolTotals(firstPosition, 9, 3, 3, 100, 5));
  }
}
