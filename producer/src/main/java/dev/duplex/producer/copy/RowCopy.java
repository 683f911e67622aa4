package dev.duplex.producer.copy;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.DuplexConfig;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.source.RelayTable;
import dev.duplex.database.source.ReplicationSlot;
import dev.duplex.database.source.SourceDatabase;
import dev.duplex.database.source.SourceSetup;
import dev.duplex.database.source.SourceSnapshot;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.producer.relay.ChangePublisher;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.LinkStart;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.avro.CopiedTable;
import dev.duplex.schemas.avro.CopyMarker;
import dev.duplex.schemas.avro.CopyPhase;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.control.ControlRecord;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.row.TransactionStamp;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One copy of all rows of a link's tables. It makes the slot anew and reads in the snapshot that
 * comes with it, so that the stream goes on exactly where the copy ends; it works while producer
 * and consumer run. Killed at any point, the link says that a copy was interrupted, and another one
 * starts over.
 *
 * <p>Owned by one thread; memory does not depend on the number of rows.
 */
public final class RowCopy {
  private static final Duration LONGEST_BLOCK = Duration.ofSeconds(20);

  private final DuplexConfig config;
  private final KafkaSettings settings;
  private final SchemaRegistry registry;
  private final SourceSetup primary;
  private final RelayTable relay;
  private final ReplicationSlot slot;
  private final Link link;
  private final SourceDatabase database;
  private final String copyId = UUID.randomUUID().toString();

  /**
   * A copy that is not begun yet.
   *
   * @param slot stays open until the copy has ended
   */
  public RowCopy(
      DuplexConfig config,
      KafkaSettings settings,
      SchemaRegistry registry,
      SourceSetup primary,
      RelayTable relay,
      ReplicationSlot slot) {
    this.config = config;
    this.settings = settings;
    this.registry = registry;
    this.primary = primary;
    this.relay = relay;
    this.slot = slot;
    this.link = settings.link();
    DatabaseConfig address = config.primary().database();
    this.database = DatabaseProducts.of(address).source(link, address, config.takeoverAfter());
  }

  /**
   * Copies.
   *
   * @param tables those of the publication
   * @param topicId Kafka's id of the changes topic
   * @param head the relay's last head, if it can be read
   * @return the number of rows
   * @throws SetupException if another copy took over
   */
  public long run(
      List<TableId> tables, String topicId, @Nullable Progress head, CopyListener listener)
      throws SQLException, InterruptedException {
    Instance instance = Instance.named("init");
    long known = head == null ? 0 : head.getEpoch();
    long epoch = relay.beginCopy(copyId, instance, known);
    long snapshotMicros = primary.clockMicros();
    slot.drop();
    // Nothing may be asked on this connection after the snapshot was exported.
    PrimaryIdentity identity = slot.identity();
    ReplicationSlot.Created created = slot.create(true);
    LinkStart start = new LinkStart(identity, created.consistentPoint(), topicId, snapshotMicros);
    try (SourceSnapshot snapshot = database.openSnapshot(snapshot(created));
        ChangePublisher publisher = ChangePublisher.open(settings, registry, LONGEST_BLOCK)) {
      Progress.Builder progress =
          start
              .progress(link, instance)
              .setEpoch(epoch)
              .setTransactions(head == null ? 0 : head.getTransactions())
              .setChanges(head == null ? 0 : head.getChanges());
      ControlRecord begin = control(CopyPhase.BEGIN, start, snapshotMicros, tables, 0);
      CompletableFuture<Long> offset = publisher.control(begin);
      Progress copying = progress.setState(ProgressState.COPYING).build();
      publisher.progress(copying);
      publisher.commit();
      listener.begun(copyId, start, offset.join(), copying);
      long rows = rows(tables, start, snapshotMicros, snapshot, publisher, listener);
      var unused = publisher.control(control(CopyPhase.END, start, snapshotMicros, tables, rows));
      publisher.progress(progress.setState(ProgressState.LIVE).build());
      publisher.commit();
      relay.endCopy();
      return rows;
    } catch (FencedException e) {
      throw new SetupException(
          "the copy lost its place to another writer of link " + link + "; run it again", e);
    }
  }

  private long rows(
      List<TableId> tables,
      LinkStart start,
      long snapshotMicros,
      SourceSnapshot snapshot,
      ChangePublisher publisher,
      CopyListener listener)
      throws SQLException, InterruptedException {
    TransactionStamp stamp = TransactionStamp.ofCopy(copyId, start.position(), snapshotMicros);
    RowSender sender =
        new RowSender(
            publisher,
            stamp,
            config.relay().maxTransaction(),
            snapshot.estimatedRows(tables),
            listener,
            settings.time());
    for (TableId table : tables) {
      sender.send(snapshot, link, start.identity(), table);
    }
    return sender.rows();
  }

  private ControlRecord control(
      CopyPhase phase, LinkStart start, long snapshotMicros, List<TableId> tables, long rows) {
    return ControlRecord.of(
        CopyMarker.newBuilder()
            .setLink(link.name())
            .setCopyId(copyId)
            .setPhase(phase)
            .setSystemId(start.identity().systemId())
            .setTimeline(start.identity().timeline())
            .setPosition(start.position())
            .setSnapshotMicros(snapshotMicros)
            .setTables(tables.stream().map(t -> new CopiedTable(t.schema(), t.name())).toList())
            .setRows(rows)
            .build());
  }

  /** The primary's clock: whatever was committed before is in a snapshot that is taken later. */
  private static String snapshot(ReplicationSlot.Created created) {
    return Optional.ofNullable(created.snapshot())
        .orElseThrow(() -> new SetupException("primary: the slot came without a snapshot"));
  }
}
