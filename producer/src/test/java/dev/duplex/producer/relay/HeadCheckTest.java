package dev.duplex.producer.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.database.source.Moment;
import dev.duplex.producer.spool.Changes;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The head is at 1000, decoded up to 1010, under epoch 3. */
class HeadCheckTest {
  @Test
  void shouldAcceptWhatFits() {
    check(Changes.PRIMARY, 3, 1_010, 0);
    check(Changes.PRIMARY, 7, 500, 0);
    check(Changes.PRIMARY, 3, 1_500, 1_500);
  }

  @Test
  void shouldRefuseAnotherPrimary() {
    assertHalt(
        () -> check(new PrimaryIdentity("7001", 4), 3, 1_000, 0), Reason.CAPTURE_LOST, "identity");
  }

  @Test
  void shouldRefuseAPrimaryThatRemembersLess() {
    assertHalt(() -> check(Changes.PRIMARY, 2, 1_000, 0), Reason.CAPTURE_LOST, "epoch 2");
    assertHalt(
        () -> HeadCheck.requireNotBehind(new Moment(0, 1_009), 1_010),
        Reason.CAPTURE_LOST,
        "restored");
    HeadCheck.requireNotBehind(new Moment(0, 1_010), 1_010);
  }

  @Test
  void shouldRefuseASlotThatIsAheadOfAllThatIsKept() {
    assertHalt(() -> check(Changes.PRIMARY, 3, 1_011, 0), Reason.GAP, "confirmed");
    assertHalt(() -> check(Changes.PRIMARY, 3, 1_501, 1_500), Reason.GAP, "confirmed");
  }

  private static void check(PrimaryIdentity identity, long epoch, long confirmed, long covered) {
    HeadCheck.check(Heads.at(1_000).build(), identity, epoch, confirmed, covered, Changes.LINK);
  }

  private static void assertHalt(ThrowingCallable call, Reason reason, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(HaltException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }
}
