package dev.duplex.example;

import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusFollower;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.StatusEvent;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what becomes of a link, as the status topic tells it. Argument: the configuration. */
public final class StatusSubscriber {
  private static final Logger LOG = LoggerFactory.getLogger(StatusSubscriber.class);

  private StatusSubscriber() {}

  /** Runs until it is stopped. */
  public static void main(String[] arguments) throws InterruptedException {
    DuplexConfig config = DuplexConfig.load(Path.of(arguments[0]));
    KafkaSettings kafka =
        new KafkaSettings(new Link(config.link()), config.kafka().properties().asMap());
    try (SchemaRegistry registry =
            SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap());
        StatusFollower status = StatusFollower.open(kafka, registry)) {
      status.open().forEach(event -> LOG.warn("open: {}", line(event)));
      while (true) {
        for (StatusEvent event : status.poll(Duration.ofSeconds(1))) {
          if (event.getState() == LinkState.IN_SYNC) {
            LOG.info("over: {}", line(event)); // here you would close the alert of this incident
          } else {
            LOG.warn("{}", line(event)); // and here you would open it, or add to it
          }
        }
      }
    }
  }

  private static String line(StatusEvent event) {
    return event.getIncident() + " " + event.getReason() + ": " + event.getDetail();
  }
}
