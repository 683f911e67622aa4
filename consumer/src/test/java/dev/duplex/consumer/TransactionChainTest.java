package dev.duplex.consumer;

import static dev.duplex.consumer.testing.Changes.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.consumer.TransactionChain.Step;
import dev.duplex.consumer.testing.Changes;
import dev.duplex.consumer.testing.Changes.Place;
import dev.duplex.database.target.CopyProgress;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.failure.HaltException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TransactionChainTest {
  private final Changes t = new Changes("t");
  private final TransactionChain chain = new TransactionChain(Changes.at(START), "No remedy.");

  private Change change(long position, @Nullable Long previous, long order, long count) {
    return t.insertAt(new Place(position, previous, order, count), "1", "a", "b");
  }

  private Step step(long position, @Nullable Long previous, long order, long count) {
    return chain.step(change(position, previous, order, count));
  }

  private void shouldHalt(Reason reason, Change change, String why) {
    assertThatThrownBy(() -> chain.step(change))
        .isInstanceOfSatisfying(
            HaltException.class, halt -> assertThat(halt.reason()).isEqualTo(reason))
        .hasMessageContaining(why);
  }

  @Test
  void shouldTakeTheSuccessor() {
    assertThat(step(0x200, START, 1, 0)).isEqualTo(Step.TAKE);
    assertThat(chain.atBoundary()).isFalse();
    assertThat(step(0x200, START, 2, 2)).isEqualTo(Step.TAKE_LAST);
    assertThat(chain.atBoundary()).isTrue();
    assertThat(step(0x300, 0x200L, 1, 1)).isEqualTo(Step.TAKE_LAST);
  }

  @Test
  void shouldSkipWhatWasApplied() {
    assertThat(step(START, 0x10L, 1, 1)).isEqualTo(Step.SKIP);
    assertThat(step(0x20, 0x10L, 1, 1)).isEqualTo(Step.SKIP);
    assertThat(step(0x200, START, 1, 1)).isEqualTo(Step.TAKE_LAST);
    assertThat(step(0x200, START, 1, 1)).isEqualTo(Step.SKIP);
  }

  @Test
  void shouldHaltAtAGap() {
    shouldHalt(Reason.GAP, change(0x300, 0x200L, 1, 1), "it follows 0/200");
    shouldHalt(Reason.GAP, change(0x300, 0x80L, 1, 1), "it follows 0/80");
    shouldHalt(Reason.GAP, change(0x300, null, 1, 1), "nobody could tell");
    shouldHalt(Reason.GAP, change(0x300, START, 2, 2), "change 2 follows change 0");
  }

  @Test
  void shouldHaltWithinATransaction() {
    step(0x200, START, 1, 0);
    shouldHalt(Reason.GAP, change(0x200, START, 3, 0), "change 3 follows change 1");
    shouldHalt(Reason.GAP, change(0x300, 0x200L, 1, 1), "ends after change 1");
    chain.restart(Changes.at(START));
    step(0x200, START, 1, 0);
    shouldHalt(Reason.GAP, change(0x200, START, 2, 3), "it has 3 changes, but 2 came");
  }

  @Test
  void shouldSkipAPartThatIsPublishedAgain() {
    step(0x200, START, 1, 0);
    step(0x200, START, 2, 0);
    assertThat(step(0x200, START, 1, 0)).isEqualTo(Step.SKIP);
    assertThat(step(0x200, START, 2, 0)).isEqualTo(Step.SKIP);
    assertThat(step(0x200, START, 3, 3)).isEqualTo(Step.TAKE_LAST);
    assertThat(chain.atBoundary()).isTrue();
  }

  @Test
  void shouldTellHowMuchOfATransactionThereIs() {
    step(0x200, START, 1, 0);
    assertThat(chain.unfinished()).hasMessageContaining("only the first 1 of its changes");
  }

  @Test
  void shouldHaltAtAnotherPrimary() {
    Changes other = new Changes("t", true, new PrimaryIdentity("7002", 3));
    Place place = new Place(0x200, START, 1, 1);
    shouldHalt(
        Reason.CAPTURE_LOST, other.insertAt(place, "1", "a", "b"), "belongs to primary 7002/3");
  }

  @Test
  void shouldTakeTheRowsOfItsCopyOnly() {
    chain.restart(Changes.at(START, new CopyProgress("c1", 2)));
    assertThat(chain.step(t.copied("c1", 2, "1", "a", "b"))).isEqualTo(Step.SKIP);
    assertThat(chain.step(t.copied("c1", 3, "1", "a", "b"))).isEqualTo(Step.TAKE_LAST);
    assertThat(chain.copyOrder()).isEqualTo(3);
    shouldHalt(Reason.GAP, t.copied("c1", 5, "1", "a", "b"), "row 5 of copy c1 follows row 3");
    shouldHalt(Reason.GAP, t.copied("c0", 4, "1", "a", "b"), "outside of that copy");
    shouldHalt(Reason.GAP, change(0x200, START, 1, 1), "copy c1 was not completed");
  }
}
