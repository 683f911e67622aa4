package dev.duplex.consumer;

import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.CopyProgress;
import dev.duplex.database.target.TargetSession;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.CopiedTable;
import dev.duplex.schemas.avro.CopyMarker;
import dev.duplex.schemas.control.ControlRecord;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the applier does at control records, within the transaction that the session is in. */
final class ControlActions {
  private static final Logger LOG = LoggerFactory.getLogger(ControlActions.class);

  private ControlActions() {}

  /**
   * Does what a record asks for.
   *
   * @return the place to store in the same transaction
   * @throws HaltException if the record does not follow what is applied
   */
  static Checkpoint apply(
      ControlRecord control,
      long offset,
      Checkpoint checkpoint,
      TransactionChain chain,
      TargetSession session)
      throws SQLException {
    if (!chain.atBoundary()) {
      throw new HaltException(
          Reason.GAP, control.subject() + " comes amid a transaction: run 'duplex init --recopy'");
    }
    return switch (control.kind()) {
      case COPY_BEGIN -> beginCopy(control.body(CopyMarker.class), offset, checkpoint, session);
      case COPY_END -> endCopy(control.body(CopyMarker.class), offset, checkpoint);
    };
  }

  /** Whatever was there, the copy starts with empty tables; its primary is the one to follow. */
  private static Checkpoint beginCopy(
      CopyMarker marker, long offset, Checkpoint checkpoint, TargetSession session)
      throws SQLException {
    List<TableId> tables = new ArrayList<>();
    for (CopiedTable table : marker.getTables()) {
      tables.add(new TableId(table.getSchema$(), table.getTable()));
    }
    session.empty(tables);
    LOG.info("copy {} begins: {} tables emptied", marker.getCopyId(), tables.size());
    return place(marker, offset, checkpoint, new CopyProgress(marker.getCopyId(), 0));
  }

  private static Checkpoint endCopy(CopyMarker marker, long offset, Checkpoint checkpoint) {
    CopyProgress copy = checkpoint.copy();
    if (copy == null || !copy.id().equals(marker.getCopyId()) || copy.order() != marker.getRows()) {
      throw new HaltException(
          Reason.GAP,
          "copy %s ends with %d rows, but the secondary has %s: run 'duplex init --recopy'"
              .formatted(
                  marker.getCopyId(),
                  marker.getRows(),
                  copy == null ? "none of it" : copy.order() + " of copy " + copy.id()));
    }
    LOG.info("copy {} is complete: {} rows", copy.id(), copy.order());
    return place(marker, offset, checkpoint, null);
  }

  private static Checkpoint place(
      CopyMarker marker, long offset, Checkpoint checkpoint, @Nullable CopyProgress copy) {
    return new Checkpoint(
        checkpoint.epoch(),
        new PrimaryIdentity(marker.getSystemId(), marker.getTimeline()),
        checkpoint.topicId(),
        offset + 1,
        new AppliedTransaction(marker.getPosition(), 0, marker.getSnapshotMicros()),
        copy,
        checkpoint.totals());
  }
}
