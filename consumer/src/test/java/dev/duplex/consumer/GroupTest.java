package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.BatchLimit;
import dev.duplex.consumer.testing.Changes;
import dev.duplex.consumer.testing.Changes.Place;
import dev.duplex.database.target.AppliedTotals;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.CopyProgress;
import dev.duplex.schemas.change.Change;
import org.junit.jupiter.api.Test;

final class GroupTest {
  private final Changes t = new Changes("t");
  private final Change change = t.insertAt(new Place(0x200, Changes.START, 1, 1), "1", "a", "b");

  @Test
  void shouldBeFullAtItsRows() {
    Group group = new Group(new BatchLimit(2, 1 << 20));
    group.add(change);
    assertThat(group.isFull()).isFalse();
    assertThat(group.mustBeWritten()).isFalse();
    group.add(change);
    assertThat(group.isFull()).isTrue();
    assertThat(group.mustBeWritten()).isTrue();
    group.written();
    assertThat(group.isFull()).isTrue();
    assertThat(group.mustBeWritten()).isFalse();
    group.clear();
    assertThat(group.isFull()).isFalse();
    assertThat(group.isEmpty()).isTrue();
  }

  @Test
  void shouldBeFullAtItsBytes() {
    Group group = new Group(new BatchLimit(100, change.bytes().length + 1L));
    group.add(change);
    assertThat(group.isFull()).isFalse();
    group.add(change);
    assertThat(group.isFull()).isTrue();
  }

  @Test
  void shouldKnowItsBoundaries() {
    Group group = new Group(new BatchLimit(100, 1 << 20));
    assertThat(group.firstBoundary()).isEqualTo(Group.NONE);
    assertThat(group.lastBoundary()).isEqualTo(Group.NONE);
    group.add(change);
    group.complete(change, 11);
    group.add(change);
    group.complete(change, 15);
    assertThat(group.transactions()).isEqualTo(2);
    assertThat(group.firstBoundary()).isEqualTo(11);
    assertThat(group.lastBoundary()).isEqualTo(15);
  }

  @Test
  void shouldSayWhatToStore() {
    Group group = new Group(new BatchLimit(100, 1 << 20));
    group.add(change);
    group.add(change);
    group.complete(change, 11);
    Checkpoint after = group.after(Changes.at(Changes.START), 12, 0, 3);
    assertThat(after.offset()).isEqualTo(12);
    assertThat(after.last()).isEqualTo(new AppliedTransaction(0x200, 9, 77));
    assertThat(after.totals()).isEqualTo(new AppliedTotals(1, 2, 3));
  }

  @Test
  void shouldCountNoRowsOfACopy() {
    Group group = new Group(new BatchLimit(100, 1 << 20));
    Change copied = t.copied("c1", 5, "1", "a", "b");
    group.add(copied);
    group.complete(copied, 11);
    Checkpoint before = Changes.at(Changes.START, new CopyProgress("c1", 4));
    Checkpoint after = group.after(before, 12, 5, 0);
    assertThat(after.copy()).isEqualTo(new CopyProgress("c1", 5));
    assertThat(after.last()).isEqualTo(before.last());
    assertThat(after.totals()).isEqualTo(before.totals());
  }
}
