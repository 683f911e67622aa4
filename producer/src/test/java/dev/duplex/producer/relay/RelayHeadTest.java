package dev.duplex.producer.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import org.junit.jupiter.api.Test;

class RelayHeadTest {
  private final RelayHead head = Heads.relay(Heads.at(1_000).build());

  @Test
  void shouldCoverWhatLiesBeforeIt() {
    assertThat(head.covers(999, 1)).isTrue();
    assertThat(head.covers(1_000, 7)).isTrue();
    assertThat(head.covers(1_001, 1)).isFalse();
  }

  @Test
  void shouldCoverThePublishedPartOfACutTransaction() {
    head.cut(1_100, 5);
    assertThat(head.covers(1_100, 5)).isTrue();
    assertThat(head.covers(1_100, 6)).isFalse();
    assertThat(head.live().getCutPosition()).isEqualTo(1_100);
    assertThat(head.live().getCutOrder()).isEqualTo(5);
    assertThat(head.position()).isEqualTo(1_000);
  }

  @Test
  void shouldNotCutBeforeWhereItWasCut() {
    head.cut(1_100, 5);
    head.cut(1_100, 3);
    head.cut(900, 9);
    assertThat(head.live().getCutOrder()).isEqualTo(5);
    assertThat(head.live().getCutPosition()).isEqualTo(1_100);
  }

  @Test
  void shouldGoOnWithATransaction() {
    head.cut(1_100, 5);
    head.sent(new TransactionEnd(1_100, 1_148, 8, 77), 9);
    Progress live = head.live();
    assertThat(live.getPosition()).isEqualTo(1_100);
    assertThat(live.getTransactionId()).isEqualTo(8);
    assertThat(live.getCommitMicros()).isEqualTo(77);
    assertThat(live.getCutPosition()).isNull();
    assertThat(live.getDecoded()).isEqualTo(1_148);
    assertThat(live.getTransactions()).isEqualTo(21);
    assertThat(live.getChanges()).isEqualTo(49);
  }

  @Test
  void shouldRefuseToRunBackwards() {
    assertThatThrownBy(() -> head.sent(new TransactionEnd(1_000, 1_008, 10, 5), 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> head.sent(new TransactionEnd(900, 908, 9, 5), 1))
        .isInstanceOf(IllegalStateException.class);
    assertThat(head.position()).isEqualTo(1_000);
    head.decoded(500);
    assertThat(head.decoded()).isEqualTo(1_010);
  }

  @Test
  void shouldKnowWhatIsAcknowledgedApartFromWhatIsSent() {
    head.sent(new TransactionEnd(1_100, 1_148, 8, 77), 9);
    assertThat(head.acknowledged().position()).isEqualTo(1_000);
    assertThat(head.halted(Reason.GAP, "why").getPosition()).isEqualTo(1_000);
    head.acknowledge(head.live());
    assertThat(head.acknowledged()).isEqualTo(new PublishedEnd(3, 1_100, 8));
  }

  @Test
  void shouldNotHideALagBehindAClockThatWasSetBack() {
    head.decodedMicros(1_000);
    head.primaryMicros(400, 50);
    assertThat(head.live().getPrimaryMicros()).isEqualTo(1_050);
    head.primaryMicros(2_000, 50);
    assertThat(head.live().getPrimaryMicros()).isEqualTo(2_000);
  }
}
