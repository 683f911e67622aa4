package dev.duplex.producer.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.config.SpoolConfig;
import dev.duplex.database.source.Claim;
import dev.duplex.producer.ManualTime;
import dev.duplex.producer.capture.CaptureStart;
import dev.duplex.producer.spool.Changes;
import dev.duplex.producer.spool.Disk;
import dev.duplex.producer.spool.Spool;
import dev.duplex.producer.spool.SpoolEnd;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainStartTest {
  @TempDir Path directory;

  private final FakePrimary primary = new FakePrimary();
  private RelayLease lease;

  @BeforeEach
  void claim() throws Exception {
    lease = TestLease.of(primary, new ManualTime());
  }

  @Test
  void shouldGoOnBehindWhatIsPublished() throws Exception {
    RelayHead head = Heads.relay(Heads.at(900).setCutPosition(950L).setCutOrder(4).build());
    CaptureStart start = ChainStart.behind(Changes.LINK, lease, head);
    assertThat(start)
        .isEqualTo(
            new CaptureStart(Changes.LINK, Changes.PRIMARY, "bankdb", 900, 9, 950, 4, 1_000));
  }

  @Test
  void shouldNotKnowThePredecessorIfNothingIsKnown() {
    CaptureStart start = ChainStart.behind(Changes.LINK, lease, null, null, 1_000);
    assertThat(start)
        .isEqualTo(CaptureStart.ofUnknown(Changes.LINK, Changes.PRIMARY, "bankdb", 1_000));
  }

  @Test
  void shouldTrustItsOwnEndOnlyIfNobodyPublishedSince() {
    long epoch = lease.claimed().epoch();
    PublishedEnd own = new PublishedEnd(epoch - 1, 900, 9);
    assertThat(ChainStart.behind(Changes.LINK, lease, null, own, 1_000).position()).isEqualTo(900);
    PublishedEnd old = new PublishedEnd(epoch - 2, 900, 9);
    assertThat(ChainStart.behind(Changes.LINK, lease, null, old, 1_000))
        .isEqualTo(CaptureStart.ofUnknown(Changes.LINK, Changes.PRIMARY, "bankdb", 1_000));
  }

  @Test
  void shouldGoOnBehindWhatIsSpooled() {
    try (Spool spool = spooled()) {
      SpoolEnd end = Objects.requireNonNull(spool.end());
      CaptureStart start = ChainStart.behind(Changes.LINK, lease, end, null, 1_000);
      assertThat(start.position()).isEqualTo(1_200);
      assertThat(start.transactionId()).isEqualTo(12);
    }
  }

  @Test
  void shouldRefuseDiffFilesOfAnotherPrimary() {
    try (Spool spool = spooled()) {
      SpoolEnd end = Objects.requireNonNull(spool.end());
      SpoolEnd other =
          new SpoolEnd(
              end.position(), end.transactionId(), end.commitMicros(), end.decoded(), "7002", 1);
      assertThatThrownBy(() -> ChainStart.behind(Changes.LINK, lease, other, null, 1_000))
          .isInstanceOfSatisfying(
              HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CAPTURE_LOST));
    }
  }

  @Test
  void shouldNoticeDiffFilesThatReachLessFar() {
    spooled().close();
    Claim.SpoolEntry entry = new Claim.SpoolEntry("id", "1@host#cafe", "host", "dir", 1_100, 1_300);
    assertThatThrownBy(() -> ChainStart.open(Disk.local(), config(), Changes.LINK, entry))
        .isInstanceOfSatisfying(
            HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DIFF_FILE_DAMAGED));
  }

  @Test
  void shouldSetDiffFilesAsideThatAreNoneOfTheLinks() {
    spooled().close();
    try (Spool spool = ChainStart.open(Disk.local(), config(), Changes.LINK, null)) {
      assertThat(spool.isEmpty()).isTrue();
    }
  }

  private Spool spooled() {
    Spool spool = Spool.open(config(), Changes.LINK, Disk.local());
    Changes changes = new Changes();
    changes.transaction(spool, 2, "a");
    changes.transaction(spool, 1, "b");
    spool.commit(1_210);
    return spool;
  }

  private SpoolConfig config() {
    return new SpoolConfig(directory, 100 << 20, 64 << 20);
  }
}
