package dev.duplex.producer.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.config.SpoolConfig;
import dev.duplex.producer.ManualTime;
import dev.duplex.producer.spool.Changes;
import dev.duplex.producer.spool.Disk;
import dev.duplex.producer.spool.Spool;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The diff files have the transactions at 1100, 1200 and 1300, with two changes each. */
class DrainTest {
  @TempDir Path directory;

  private final RecordedTransactions kafka = new RecordedTransactions();
  private Spool spool;
  private RelayLease lease;

  @BeforeEach
  void spool() throws Exception {
    lease = TestLease.of(new FakePrimary(), new ManualTime());
    spool = Spool.open(new SpoolConfig(directory, 100 << 20, 64 << 20), Changes.LINK, Disk.local());
    Changes changes = new Changes();
    for (int i = 0; i < 3; i++) {
      changes.transaction(spool, 2, "x");
    }
    spool.commit(1_310);
  }

  @AfterEach
  void close() {
    spool.close();
  }

  @Test
  void shouldPublishWhatIsSpooled() {
    RelayHead head = drain(1_000);
    assertThat(kafka.positions()).containsExactly(1_100L, 1_100L, 1_200L, 1_200L, 1_300L, 1_300L);
    assertThat(head.position()).isEqualTo(1_300);
    assertThat(head.decoded()).isEqualTo(1_310);
    assertThat(kafka.head().getDecoded()).isEqualTo(1_310);
  }

  @Test
  void shouldLeaveOutWhatThePreviousRelayHadPublished() {
    RelayHead head = drain(1_200);
    assertThat(kafka.positions()).containsExactly(1_300L, 1_300L);
    assertThat(head.position()).isEqualTo(1_300);
  }

  @Test
  void shouldKeepAHeadThatIsBehindAllThatIsSpooled() {
    RelayHead head = drain(1_700);
    assertThat(kafka.positions()).isEmpty();
    assertThat(head.position()).isEqualTo(1_700);
    assertThat(kafka.head().getPosition()).isEqualTo(1_700);
    assertThat(kafka.head().getDecoded()).isEqualTo(1_710);
  }

  @Test
  void shouldNoticeAGap() {
    assertThatThrownBy(() -> drain(900))
        .isInstanceOfSatisfying(
            HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GAP));
  }

  private RelayHead drain(long position) {
    RelayHead head = Heads.relay(Heads.at(position).build());
    try (Drain drain = new Drain(lease, spool, kafka, head)) {
      while (!drain.step()) {
        // one Kafka transaction each
      }
      drain.finish(1_310);
    }
    return head;
  }
}
