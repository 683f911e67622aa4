package dev.duplex.simulation;

import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.ChangeReader;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.row.RowLayout;
import dev.duplex.schemas.wire.WireFormat;
import dev.duplex.simulation.kafka.PartitionLog;
import dev.duplex.simulation.kafka.SimulatedKafka;
import dev.duplex.simulation.kafka.SimulatedRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Promises 1, 4 and 6, as any reader of the topics can see them: each transaction once, behind the
 * one that it names, its changes one after the other; a head that tells of nothing that is not
 * there; and nothing confirmed to the primary that is neither there nor in diff files.
 */
final class TopicCheck implements Simulator.Check {
  private final SimulatedKafka kafka;
  private final SimulatedPrimary primary;
  private final Link link;
  private final SchemaRegistry registry;
  private final ProgressLog progressLog;
  private final boolean repeats;
  private final Map<Integer, RowFormat> formats = new HashMap<>();
  private final Change change = new Change();
  private long nextChange;
  private long nextProgress;
  private long complete;
  private long position;
  private long order;
  private long checkedConfirmed;

  /**
   * @param start position of the link's begin
   * @param repeats whether a transaction may come twice, which appliers leave out: after Kafka has
   *     lost a marker of the progress topic only (docs/decisions/0013-hanging-transactions.md)
   */
  TopicCheck(
      SimulatedKafka kafka,
      SimulatedPrimary primary,
      Link link,
      SchemaRegistry registry,
      ProgressLog progressLog,
      long start,
      boolean repeats) {
    this.kafka = kafka;
    this.primary = primary;
    this.link = link;
    this.registry = registry;
    this.progressLog = progressLog;
    this.complete = start;
    this.position = start;
    this.repeats = repeats;
  }

  @Override
  public void afterTurn() {
    PartitionLog changes = kafka.log(link.changesTopic());
    long stable = changes.lastStable();
    try {
      while (nextChange < stable) {
        SimulatedRecord record = changes.from(nextChange).get(0);
        if (record.isCommitted()) {
          change(record);
        }
        nextChange = record.offset() + 1;
      }
    } catch (RetryException e) {
      return; // the registry is away; later
    }
    if (primary.confirmed > checkedConfirmed) {
      checkedConfirmed = primary.confirmed;
      if (primary.claim != null && primary.claim.spool() == null) {
        require(checkedConfirmed, "the slot is confirmed up to ");
      }
    }
    PartitionLog progress = kafka.log(link.progressTopic());
    long decided = progress.lastStable();
    if (decided > nextProgress) {
      if (stable == changes.end()) {
        List.copyOf(progress.from(nextProgress)).stream()
            .filter(record -> record.offset() < decided && record.isCommitted())
            .forEach(this::head);
      }
      nextProgress = decided;
    }
  }

  private void head(SimulatedRecord record) {
    Progress head =
        progressLog.decode(
            new ConsumerRecord<>(
                link.progressTopic(),
                0,
                record.offset(),
                0,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                record.key(),
                record.value(),
                new RecordHeaders(record.headers()),
                Optional.empty()));
    if (head.getRole() == Role.PRODUCER) {
      require(head.getDecoded(), "a head tells of everything up to ");
      if (head.getPosition() > complete) {
        throw primary.simulator.violated(
            "a head tells of " + head.getPosition() + ", the topic ends with " + complete);
      }
    }
  }

  /** Every transaction whose commit record begins before a place must be on the topic. */
  private void require(long upTo, String who) {
    int behind = primary.firstFrom(upTo);
    if (behind > 0 && primary.log.get(behind - 1).position() > complete) {
      throw primary.simulator.violated(
          who
              + upTo
              + ", but the topic ends with "
              + complete
              + ", before "
              + primary.log.get(behind - 1).position());
    }
  }

  private void change(SimulatedRecord record) {
    byte[] value = Objects.requireNonNull(record.value());
    RowFormat format =
        formats.computeIfAbsent(WireFormat.schemaId(value), id -> format(id, record));
    if (format == null) {
      return;
    }
    new ChangeReader().read(value, format, change);
    if (repeats && (change.position() <= complete || isRepeatedPart())) {
      return;
    }
    boolean follows =
        position == complete
            ? change.position() > complete
                && change.hasPreviousPosition()
                && change.previousPosition() == complete
                && change.order() == 1
            : change.position() == position && change.order() == order + 1;
    if (!follows) {
      throw primary.simulator.violated(
          "offset %d of the changes topic has %d:%d behind %d:%d, complete is %d"
              .formatted(
                  record.offset(), change.position(), change.order(), position, order, complete));
    }
    position = change.position();
    order = change.order();
    if (change.count() > 0) {
      complete = position;
      order = 0;
    }
  }

  private boolean isRepeatedPart() {
    return change.position() == position && position != complete && change.order() <= order;
  }

  private @Nullable RowFormat format(int id, SimulatedRecord record) {
    byte[] fingerprint =
        List.of(record.headers()).stream()
            .filter(header -> header.key().equals(WireFormat.FINGERPRINT_HEADER))
            .findFirst()
            .map(Header::value)
            .orElseThrow();
    return new RowFormat(RowLayout.of(registry.byId(id, fingerprint)));
  }
}
