package dev.duplex.consumer;

import static dev.duplex.consumer.testing.Changes.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.config.ApplyConfig;
import dev.duplex.config.ApplyConfig.OnMismatch;
import dev.duplex.config.BatchLimit;
import dev.duplex.consumer.testing.Changes;
import dev.duplex.consumer.testing.Changes.Place;
import dev.duplex.consumer.testing.ListSource;
import dev.duplex.consumer.testing.ManualTime;
import dev.duplex.consumer.testing.MemoryTarget;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.CopyProgress;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.CopyPhase;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ApplyLoopTest {
  private static final String CHECK_VIOLATION = "23514";
  private static final String CONNECTION_FAILURE = "08006";

  private final MemoryTarget target = new MemoryTarget(Changes.at(START));
  private final ListSource source = new ListSource();
  private final ManualTime time = new ManualTime();
  private final Changes t = new Changes("t");
  private final List<String> told = new ArrayList<>();
  private ApplyLoop loop = loop(new BatchLimit(100, 1 << 20));
  private long position = START;

  private ApplyLoop loop(BatchLimit limit) {
    return new ApplyLoop(
        new ApplyConfig(OnMismatch.HEAL, limit),
        target,
        target.checkpoint(),
        source,
        new Notes(),
        time);
  }

  /** Notes what the loop tells. */
  private final class Notes implements ApplyObserver {
    @Override
    public void committed(Checkpoint checkpoint, @Nullable String mismatch) {
      told.add("committed " + Long.toHexString(checkpoint.position()));
      if (mismatch != null) {
        told.add(mismatch);
      }
    }

    @Override
    public void replayed() {
      told.add("replayed");
    }

    @Override
    public void atEnd() {
      if (!told.contains("at end")) {
        told.add("at end");
      }
    }

    @Override
    public void refused(String line) {
      told.add("refused");
    }
  }

  /** A transaction of rows that are new. */
  private void publish(String... ids) {
    long previous = position;
    position += 0x100;
    for (int i = 0; i < ids.length; i++) {
      Place place = new Place(position, previous, i + 1L, i + 1 == ids.length ? ids.length : 0);
      source.add(t, t.insertAt(place, ids[i], "x", "y"));
    }
  }

  /** Steps until it has nothing to do; how long that lasts. */
  private long settle() throws SQLException, InterruptedException {
    for (int step = 0; step < 10_000; step++) {
      long wait = loop.step(false);
      if (wait > 0) {
        return wait;
      }
    }
    throw new AssertionError("it does not come to rest: " + told);
  }

  private List<String> takeTold() {
    List<String> taken = List.copyOf(told);
    told.clear();
    return taken;
  }

  @Test
  void shouldCommitWhatIsAtHandTogether() throws Exception {
    publish("1", "2");
    publish("3");
    assertThat(settle()).isEqualTo(Duration.ofMillis(200).toNanos());
    assertThat(target.takeCalls()).containsExactly("insert t 1,x,y 2,x,y 3,x,y", "commit");
    assertThat(takeTold()).containsExactly("committed 300", "at end");
    assertThat(target.checkpoint().offset()).isEqualTo(3);
    assertThat(target.checkpoint().totals().transactions()).isEqualTo(2);
  }

  @Test
  void shouldWaitOnlyIfItMay() throws Exception {
    settle();
    assertThat(source.waits()).containsOnly(Duration.ZERO);
    assertThat(loop.step(true)).isZero();
    assertThat(source.waits()).last().isEqualTo(Duration.ofMillis(200));
    publish("1");
    loop.step(true);
    loop.step(true);
    assertThat(source.waits()).last().isEqualTo(Duration.ZERO);
    assertThat(target.rows("t")).containsExactly("1=x,y");
  }

  @Test
  void shouldCommitAFullGroupAtABoundaryOnly() throws Exception {
    loop = loop(new BatchLimit(2, 1 << 20));
    publish("1", "2", "3", "4", "5");
    publish("6");
    settle();
    assertThat(target.takeCalls())
        .containsExactly(
            "insert t 1,x,y 2,x,y",
            "insert t 3,x,y 4,x,y",
            "insert t 5,x,y",
            "commit",
            "insert t 6,x,y",
            "commit");
  }

  @Test
  void shouldReplayWhatTheFastPathCannotDo() throws Exception {
    publish("1");
    settle();
    takeTold();
    target.takeCalls();
    publish("2");
    source.add(t, t.insertAt(new Place(0x400, 0x300L, 1, 1), "1", "new", "new"));
    settle();
    assertThat(target.takeCalls())
        .containsExactly(
            "insert t 2,x,y 1,new,new",
            "rollback",
            "defer",
            "overwrite t 2,x,y",
            "insert one t 2,x,y",
            "overwrite t 1,new,new",
            "commit");
    assertThat(takeTold())
        .containsExactly(
            "replayed",
            "committed 400",
            "public.t (id)=(1): insert found the row at position 0/400",
            "at end");
    assertThat(target.rows("t")).containsExactly("1=new,new", "2=x,y");
    assertThat(target.checkpoint().totals().mismatches()).isEqualTo(1);
    position = 0x400;
    publish("3");
    settle();
    assertThat(target.takeCalls()).containsExactly("insert t 3,x,y", "commit");
  }

  @Test
  void shouldCommitWhatLiesBeforeARefusedChange() throws Exception {
    publish("1");
    publish("2");
    publish("3");
    target.refuse(call -> call.contains("2,x") ? new SQLException("check", CHECK_VIOLATION) : null);
    settle();
    assertThat(target.rows("t")).containsExactly("1=x,y");
    assertThat(takeTold()).contains("replayed", "committed 200", "refused");
    target.takeCalls();
    time.pass(Duration.ofSeconds(1));
    settle();
    assertThat(target.takeCalls()).doesNotContain("defer"); // it waits two seconds
    target.refuse(call -> null);
    time.pass(Duration.ofSeconds(2));
    settle();
    assertThat(target.rows("t")).containsExactly("1=x,y", "2=x,y", "3=x,y");
    assertThat(takeTold()).contains("committed 400");
  }

  @Test
  void shouldFindTheTransactionThatADeferredConstraintRefuses() throws Exception {
    publish("1");
    publish("2");
    boolean[] bad = new boolean[1];
    target.refuse(
        call -> {
          bad[0] = call.contains(" 2,x,y") || (bad[0] && !call.equals("rollback"));
          return bad[0] && call.equals("commit") ? new SQLException("fk", CHECK_VIOLATION) : null;
        });
    settle();
    assertThat(target.rows("t")).containsExactly("1=x,y");
    assertThat(takeTold()).contains("committed 200", "refused");
  }

  @Test
  void shouldCommitWhatLiesBeforeAGap() throws Exception {
    publish("1");
    source.add(t, t.insertAt(new Place(0x900, 0x800L, 1, 1), "9", "x", "y"));
    assertThatThrownBy(this::settle)
        .isInstanceOfSatisfying(
            HaltException.class, halt -> assertThat(halt.reason()).isEqualTo(Reason.GAP));
    assertThat(target.rows("t")).containsExactly("1=x,y");
  }

  @Test
  void shouldNotHoldWhatIsCompleteForLongBehindATransactionInParts() throws Exception {
    publish("1");
    source.add(t, t.insertAt(new Place(0x300, 0x200L, 1, 0), "2", "x", "y"));
    assertThat(settle()).isLessThan(Duration.ofMillis(10).toNanos());
    assertThat(target.rows("t")).isEmpty();
    time.pass(Duration.ofMillis(300));
    settle();
    assertThat(target.rows("t")).containsExactly("1=x,y");
    source.add(t, t.insertAt(new Place(0x300, 0x200L, 2, 2), "3", "x", "y"));
    settle();
    assertThat(target.rows("t")).containsExactly("1=x,y", "2=x,y", "3=x,y");
    assertThat(target.checkpoint().totals().changes()).isEqualTo(3);
  }

  @Test
  void shouldLeaveASessionThatIsGone() throws Exception {
    publish("1");
    target.refuse(
        call -> call.equals("commit") ? new SQLException("gone", CONNECTION_FAILURE) : null);
    assertThatThrownBy(this::settle).isInstanceOf(SQLException.class);
    assertThat(takeTold()).isEmpty();
  }

  @Test
  void shouldCommitNothingOnceAnotherHasTheRole() throws Exception {
    publish("1");
    target.takeOver();
    assertThatThrownBy(this::settle).isInstanceOf(FencedException.class);
    assertThat(target.rows("t")).isEmpty();
    assertThat(target.takeCalls()).doesNotContain("commit");
  }

  @Test
  void shouldLookOnceASecondWhetherTheRoleIsStillOurs() throws Exception {
    settle();
    target.takeOver();
    settle();
    time.pass(Duration.ofSeconds(1));
    assertThatThrownBy(this::settle).isInstanceOf(FencedException.class);
  }

  @Test
  void shouldTakeNothingBeforeTheTopicIsKnownToBeTheRightOne() throws Exception {
    source.setReady(false);
    publish("1");
    assertThat(settle()).isEqualTo(Duration.ofMillis(200).toNanos());
    assertThat(source.waits()).isEmpty();
    source.setReady(true);
    settle();
    assertThat(target.rows("t")).containsExactly("1=x,y");
  }

  @Test
  void shouldApplyACopyBetweenItsMarkers() throws Exception {
    publish("1");
    source.add(ControlActionsTest.marker(CopyPhase.BEGIN, "c1", 0));
    settle();
    assertThat(target.takeCalls())
        .containsExactly("insert t 1,x,y", "commit", "truncate t,u", "commit");
    assertThat(target.checkpoint().copy()).isEqualTo(new CopyProgress("c1", 0));
    Changes copied = new Changes("t", true, target.checkpoint().identity());
    source.add(copied, copied.copied("c1", 1, "7", "x", "y"));
    source.add(copied, copied.copied("c1", 2, "8", "x", "y"));
    source.add(ControlActionsTest.marker(CopyPhase.END, "c1", 2));
    settle();
    assertThat(target.rows("t")).containsExactly("7=x,y", "8=x,y");
    assertThat(target.checkpoint().copy()).isNull();
  }

  @Test
  void shouldGiveUpATransactionInPartsForACopy() throws Exception {
    publish("1");
    source.add(t, t.insertAt(new Place(0x300, 0x200L, 1, 0), "2", "x", "y"));
    source.add(ControlActionsTest.marker(CopyPhase.BEGIN, "c1", 0));
    settle();
    assertThat(target.checkpoint().copy()).isEqualTo(new CopyProgress("c1", 0));
    assertThat(target.checkpoint().totals().transactions()).isEqualTo(1);
    assertThat(target.rows("t")).isEmpty();
  }
}
