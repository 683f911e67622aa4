package dev.duplex.status.topology;

import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusLog;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.DuplexException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the records of the status topics. Asks the registry once for each link; while it does not
 * answer, it is not asked at every opportunity. Owned by one thread.
 */
final class StatusRecords {
  private static final Logger LOG = LoggerFactory.getLogger(StatusRecords.class);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final SchemaRegistry registry;
  private final Map<String, StatusLog> logs = new HashMap<>();
  private boolean away;
  private long awayNanos;

  StatusRecords(SchemaRegistry registry) {
    this.registry = registry;
  }

  /** The record; empty if it cannot be made now. */
  Optional<ProducerRecord<byte[], byte[]>> record(StatusEvent event, long now) {
    if (away && now - awayNanos < PAUSE_NANOS) {
      return Optional.empty();
    }
    try {
      ProducerRecord<byte[], byte[]> record =
          logs.computeIfAbsent(event.getLink(), link -> new StatusLog(new Link(link), registry))
              .record(event);
      away = false;
      return Optional.of(record);
    } catch (DuplexException e) {
      if (!away) {
        LOG.warn(
            "status of {} cannot be reported: {}; trying again", event.getLink(), e.getMessage());
      }
      away = true;
      awayNanos = now;
      return Optional.empty();
    }
  }

  void forget(String link) {
    logs.remove(link);
  }
}
