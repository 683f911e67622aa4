package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.consumer.testing.Changes;
import dev.duplex.consumer.testing.Changes.Place;
import dev.duplex.consumer.testing.MemoryTarget;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.CopyProgress;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.avro.CopiedTable;
import dev.duplex.schemas.avro.CopyMarker;
import dev.duplex.schemas.avro.CopyPhase;
import dev.duplex.schemas.control.ControlRecord;
import dev.duplex.schemas.failure.HaltException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ControlActionsTest {
  private static final PrimaryIdentity NEW_PRIMARY = new PrimaryIdentity("7002", 1);

  private final MemoryTarget target = new MemoryTarget(Changes.at(Changes.START));

  static ControlRecord marker(CopyPhase phase, String copyId, long rows) {
    return ControlRecord.of(
        CopyMarker.newBuilder()
            .setLink("bank")
            .setCopyId(copyId)
            .setPhase(phase)
            .setSystemId(NEW_PRIMARY.systemId())
            .setTimeline(NEW_PRIMARY.timeline())
            .setPosition(0x50)
            .setSnapshotMicros(99)
            .setTables(List.of(new CopiedTable("public", "t"), new CopiedTable("public", "u")))
            .setRows(rows)
            .build());
  }

  private Checkpoint apply(ControlRecord marker, Checkpoint checkpoint) throws SQLException {
    TransactionChain chain = new TransactionChain(checkpoint, "No remedy.");
    return ControlActions.apply(marker, 10, checkpoint, chain, target);
  }

  @Test
  void shouldBeginWithEmptyTables() throws Exception {
    Checkpoint begun = apply(marker(CopyPhase.BEGIN, "c1", 0), Changes.at(Changes.START));
    assertThat(target.takeCalls()).containsExactly("truncate t,u");
    assertThat(begun.copy()).isEqualTo(new CopyProgress("c1", 0));
    assertThat(begun.identity()).isEqualTo(NEW_PRIMARY);
    assertThat(begun.last()).isEqualTo(new AppliedTransaction(0x50, 0, 99));
    assertThat(begun.offset()).isEqualTo(11);
  }

  @Test
  void shouldSupersedeACopyThatWasInterrupted() throws Exception {
    Checkpoint begun =
        apply(
            marker(CopyPhase.BEGIN, "c2", 0), Changes.at(Changes.START, new CopyProgress("c1", 7)));
    assertThat(begun.copy()).isEqualTo(new CopyProgress("c2", 0));
  }

  @Test
  void shouldEndWithAllRows() throws Exception {
    Checkpoint before = Changes.at(Changes.START, new CopyProgress("c1", 7));
    assertThat(apply(marker(CopyPhase.END, "c1", 7), before).copy()).isNull();
    assertThatThrownBy(() -> apply(marker(CopyPhase.END, "c1", 8), before))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("ends with 8 rows, but the secondary has 7 of copy c1");
    assertThatThrownBy(() -> apply(marker(CopyPhase.END, "c2", 7), before))
        .isInstanceOf(HaltException.class);
    assertThatThrownBy(() -> apply(marker(CopyPhase.END, "c1", 7), Changes.at(Changes.START)))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("has none of it");
  }

  @Test
  void shouldNotComeAmidATransaction() {
    Checkpoint checkpoint = Changes.at(Changes.START);
    TransactionChain chain = new TransactionChain(checkpoint, "No remedy.");
    chain.step(new Changes("t").insertAt(new Place(0x200, Changes.START, 1, 0), "1", "a", "b"));
    ControlRecord end = marker(CopyPhase.END, "c1", 7);
    assertThatThrownBy(() -> ControlActions.apply(end, 10, checkpoint, chain, target))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("amid a transaction");
  }
}
