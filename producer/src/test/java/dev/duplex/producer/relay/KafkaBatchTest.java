package dev.duplex.producer.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.BatchLimit;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.producer.ManualTime;
import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.producer.spool.Changes;
import dev.duplex.schemas.row.EnvelopeEncoder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KafkaBatchTest {
  private static final EnvelopeEncoder TABLE = Changes.encoder("t", "v");

  private final ManualTime time = new ManualTime();
  private final RecordedTransactions kafka = new RecordedTransactions();
  private final RelayHead head = Heads.relay(Heads.at(1_000).build());
  private int committed;
  private KafkaBatch batch = batch(100, 1 << 20);

  private KafkaBatch batch(long rows, long bytes) {
    return new KafkaBatch(kafka, head, new BatchLimit(rows, bytes), time, () -> committed++);
  }

  @Test
  void shouldPutTransactionsTogetherWithTheProgressBehindThem() {
    send(1_100, 1_000, 1, 2);
    send(1_100, 1_000, 2, 2);
    send(1_200, 1_100, 1, 1);
    assertThat(batch.atBoundary()).isTrue();
    batch.commit();

    assertThat(kafka.committed).hasSize(1);
    assertThat(kafka.positions()).containsExactly(1_100L, 1_100L, 1_200L);
    assertThat(kafka.head().getPosition()).isEqualTo(1_200);
    assertThat(kafka.head().getTransactions()).isEqualTo(22);
    assertThat(head.acknowledged().position()).isEqualTo(1_200);
    assertThat(committed).isEqualTo(1);
  }

  /** A drain may end before the capture has passed the topic's head. */
  @Test
  void shouldLeaveOutWhatTheTopicHas() {
    send(900, 800, 1, 1);
    send(1_000, 900, 1, 1);
    send(1_100, 1_000, 1, 1);
    batch.commit();

    assertThat(kafka.positions()).containsExactly(1_100L);
    assertThat(kafka.progress).extracting(p -> p.getPosition()).isSorted().endsWith(1_100L);
    assertThat(kafka.head().getTransactions()).isEqualTo(21);
  }

  @Test
  void shouldSendTheRestOfATransactionThatIsPublishedInPart() {
    head.cut(1_100, 2);
    send(1_100, 1_000, 1, 3);
    assertThat(batch.atBoundary()).isFalse();
    assertThat(batch.isOpen()).isFalse();
    send(1_100, 1_000, 2, 3);
    send(1_100, 1_000, 3, 3);
    assertThat(batch.atBoundary()).isTrue();
    batch.commit();

    assertThat(kafka.committed.get(0))
        .containsExactly(new RecordedTransactions.Sent(1_000, 1_100, 3, 3));
    assertThat(kafka.head().getCutPosition()).isNull();
    assertThat(kafka.head().getPosition()).isEqualTo(1_100);
  }

  @Test
  void shouldCutATransactionThatIsTooLarge() {
    batch = batch(2, 1 << 20);
    for (int order = 1; order <= 5; order++) {
      send(1_100, 1_000, order, 5);
    }
    assertThat(kafka.committed).hasSize(2);
    assertThat(kafka.head().getCutPosition()).isEqualTo(1_100);
    assertThat(kafka.head().getCutOrder()).isEqualTo(4);
    assertThat(kafka.head().getPosition()).isEqualTo(1_000);
    batch.commit();
    assertThat(kafka.head().getPosition()).isEqualTo(1_100);
    assertThat(kafka.head().getCutPosition()).isNull();
  }

  @Test
  void shouldNotCutBetweenTransactions() {
    batch = batch(2, 1 << 20);
    send(1_100, 1_000, 1, 1);
    send(1_200, 1_100, 1, 1);
    send(1_300, 1_200, 1, 1);
    assertThat(kafka.committed).isEmpty();
  }

  @Test
  void shouldCutATransactionThatKafkaMayEnd() {
    send(1_100, 1_000, 1, 5);
    time.pass(Duration.ofMillis(KafkaSettings.TRANSACTION_TIMEOUT_MILLIS / 3));
    batch.cutIfLong();
    assertThat(kafka.committed).isEmpty();
    time.pass(Duration.ofMillis(1));
    batch.cutIfLong();
    assertThat(kafka.committed).hasSize(1);
    assertThat(kafka.head().getCutPosition()).isEqualTo(1_100);
    assertThat(kafka.head().getCutOrder()).isEqualTo(1);
  }

  @Test
  void shouldCommitProgressAlone() {
    head.decoded(5_000);
    batch.commit();
    assertThat(kafka.committed.get(0)).isEmpty();
    assertThat(kafka.head().getDecoded()).isEqualTo(5_000);
    assertThat(batch.commits()).isEqualTo(1);
  }

  private void send(long position, long previous, int order, int count) {
    TransactionEnd end = order == count ? Changes.end(position) : null;
    byte[] value = Changes.value(TABLE, position, previous, order, count, "x");
    batch.send(TABLE.schema(), null, value, position, order, end);
  }
}
