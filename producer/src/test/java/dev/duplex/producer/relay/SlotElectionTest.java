package dev.duplex.producer.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.database.source.Claim;
import dev.duplex.database.source.Slot;
import dev.duplex.producer.ManualTime;
import dev.duplex.producer.spool.Changes;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlotElectionTest {
  private static final Duration TAKEOVER_AFTER = Duration.ofSeconds(10);
  private static final String OTHER = "2@host#beef";
  private static final Claim.SpoolEntry ENTRY =
      new Claim.SpoolEntry("files", OTHER, "elsewhere", "/spool/bank", 1_100, 1_200);

  private final ManualTime time = new ManualTime();
  private final FakePrimary primary = new FakePrimary();
  private final RelayHealth health = new RelayHealth(Changes.LINK, time);
  private @Nullable String spoolId;
  private final SlotElection election =
      new SlotElection(
          primary, "1@host#cafe", health, () -> spoolId, TAKEOVER_AFTER, primary, time);

  @Test
  void shouldTakeAFreeSlot() throws Exception {
    assertThat(election.tryOnce()).isNotNull();
    assertThat(primary.slot().reader()).isEqualTo(FakePrimary.OWN_SESSION);
  }

  @Test
  void shouldWaitWhileAnotherReadsTheSlot() throws Exception {
    primary.heldBy(OTHER);
    primary.slot = new Slot(1_000, 5);
    assertThat(election.tryOnce()).isNull();
    assertThat(health.status().detail()).contains(OTHER);
    primary.slot = new Slot(1_000, 0);
    assertThat(election.tryOnce()).isNotNull();
  }

  @Test
  void shouldEndTheSessionOfAHolderThatIsSilent() throws Exception {
    primary.slot = new Slot(1_000, 5);
    for (int i = 0; i < 3; i++) {
      assertThat(election.tryOnce()).isNull();
      time.pass(Duration.ofSeconds(4));
      primary.reply = "still there " + i; // its clock moves
    }
    assertThat(primary.terminated).isZero();
    assertThat(election.tryOnce()).isNull();
    time.pass(TAKEOVER_AFTER.plusNanos(1));
    assertThat(election.tryOnce()).isNull();
    assertThat(primary.terminated).isEqualTo(5);
  }

  @Test
  void shouldLetAHolderGoFirstThatHasLeftTheSlot() throws Exception {
    primary.heldBy(OTHER);
    primary.connected.add(OTHER);
    assertThat(election.tryOnce()).isNull();
    primary.connected.clear();
    assertThat(election.tryOnce()).isNotNull();
  }

  @Test
  void shouldWaitForACopyAlsoWhileItMakesTheSlotAnew() throws Exception {
    primary.copying("c1");
    primary.slot = null;
    assertThat(election.tryOnce()).isNull();
    assertThat(health.status().detail()).contains("c1");
  }

  @Test
  void shouldHaltIfThereIsNoSlot() {
    primary.slot = null;
    assertThatThrownBy(election::tryOnce).isInstanceOf(HaltException.class);
  }

  @Test
  void shouldLookAgainIfAnotherOneWasFaster() throws Exception {
    primary.refusesTheSlot = true;
    assertThat(election.tryOnce()).isNull();
    primary.refusesTheSlot = false;
    assertThat(election.tryOnce()).isNotNull();
  }

  @Test
  void shouldNotPublishWithoutTheDiffFiles() throws Exception {
    primary.spool(ENTRY);
    assertThat(election.tryOnce()).isNull();
    assertThat(health.status().state()).isEqualTo(RelayState.STANDBY); // it may only be starting
    time.pass(TAKEOVER_AFTER.plusNanos(1));
    assertThat(election.tryOnce()).isNull();
    assertThat(health.status().state()).isEqualTo(RelayState.HALTED);
    assertThat(health.status().reason()).isEqualTo(Reason.DIFF_FILE_ELSEWHERE);

    spoolId = "files";
    assertThat(election.tryOnce()).isNotNull();
  }

  @Test
  void shouldWaitForTheRelayThatHasTheDiffFiles() throws Exception {
    primary.spool(ENTRY);
    primary.connected.add(OTHER);
    assertThat(election.tryOnce()).isNull();
    time.pass(TAKEOVER_AFTER.multipliedBy(3));
    assertThat(election.tryOnce()).isNull();
    assertThat(health.status().state()).isEqualTo(RelayState.STANDBY);
  }

  @Test
  void shouldHaltWhileARangeIsLost() throws Exception {
    primary.lost(1_100, 1_200);
    assertThat(election.tryOnce()).isNull();
    assertThat(health.status().reason()).isEqualTo(Reason.GAP);
  }
}
