package dev.duplex.consumer.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.consumer.testing.Changes;
import dev.duplex.consumer.testing.MemoryTarget;
import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.schemas.change.Change;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

final class FoldingWriterTest {
  private final MemoryTarget target = new MemoryTarget(Changes.at(Changes.START));
  private final Changes t = new Changes("t");
  private final Changes u = new Changes("u");
  private final FoldingWriter writer = new FoldingWriter(target);

  private void write(Changes table, Change... changes) throws SQLException, ReplayNeededException {
    for (Change change : changes) {
      writer.write(change, table.format());
    }
  }

  /** The secondary has these rows of t. */
  private void given(String... ids) throws SQLException, ReplayNeededException {
    for (String id : ids) {
      write(t, t.insert(id, "old", "old"));
    }
    writer.flush();
    target.takeCalls();
  }

  private void shouldNeedReplay(Change... changes) {
    assertThatThrownBy(
            () -> {
              write(t, changes);
              writer.flush();
            })
        .isInstanceOf(ReplayNeededException.class);
  }

  @Test
  void shouldWriteRowsOfATableTogether() throws Exception {
    write(t, t.insert("1", "x", "y"));
    write(u, u.insert("7", "x", "y"));
    write(t, t.insert("2", "x", "y"));
    assertThat(target.takeCalls()).isEmpty();
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("insert t 1,x,y 2,x,y", "insert u 7,x,y");
  }

  @Test
  void shouldFoldRepeatedChangesOfARow() throws Exception {
    given("5");
    write(t, t.insert("1", "x", "y"), t.update("1", "z", "y"), t.update("5", "a", "a"));
    write(t, t.update("5", "b", "b"));
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("update t 5,b,b", "insert t 1,z,y");
  }

  @Test
  void shouldWriteWhatGoesBeforeWhatComes() throws Exception {
    given("1", "2", "3");
    write(t, t.insert("4", "x", "y"), t.update("2", "z", "z"), t.delete("1"));
    writer.flush();
    assertThat(target.takeCalls())
        .containsExactly("delete t 1,null,null", "update t 2,z,z", "insert t 4,x,y");
  }

  @Test
  void shouldInsertAfterDeleteAsUpdate() throws Exception {
    given("1");
    write(t, t.delete("1"), t.insert("1", "new", "new"));
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("update t 1,new,new");
  }

  @Test
  void shouldOnlyLookForARowThatCameAndWent() throws Exception {
    write(t, t.insert("1", "x", "y"), t.delete("1"));
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("absent t 1,null,null");
    write(t, t.insert("2", "x", "y"), t.delete("2"), t.insert("2", "z", "z"));
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("insert t 2,z,z");
  }

  @Test
  void shouldLeaveWhatDoesNotFitToTheReplay() throws Exception {
    given("1");
    shouldNeedReplay(t.delete("1"), t.update("1", "x", "x"));
    writer.reset();
    shouldNeedReplay(t.delete("1"), t.delete("1"));
    writer.reset();
    shouldNeedReplay(t.update("1", "x", "x"), t.insert("1", "x", "x"));
    writer.reset();
    shouldNeedReplay(t.insert("2", "x", "x"), t.insert("2", "x", "x"));
    writer.reset();
    shouldNeedReplay(t.insert("2", "x", "x"), t.delete("2"), t.update("2", "x", "x"));
  }

  @Test
  void shouldLeaveARowThatIsNotThereToTheReplay() throws Exception {
    shouldNeedReplay(t.update("9", "x", "x"));
    writer.reset();
    shouldNeedReplay(t.delete("9"));
    writer.reset();
    given("1");
    shouldNeedReplay(t.delete("1"), t.insert("1", "x", "x"), t.delete("1"), t.delete("9"));
  }

  @Test
  void shouldMoveARowAsOneThatGoesAndOneThatComes() throws Exception {
    given("1");
    write(t, t.move("1", "2", "x", "y"));
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("delete t 1,null,null", "insert t 2,x,y");
  }

  @Test
  void shouldMergeUnchangedValuesFromTheWindow() throws Exception {
    write(t, t.insert("1", "a", "big"), t.update("1", "b", Changes.UNCHANGED));
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("insert t 1,b,big");
    write(t, t.update("1", "c", "bigger"), t.move("1", "2", "d", Changes.UNCHANGED));
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("delete t 1,null,null", "insert t 2,d,bigger");
  }

  @Test
  void shouldNotWriteUnchangedValues() throws Exception {
    given("1", "2");
    write(t, t.update("1", "x", Changes.UNCHANGED), t.update("1", Changes.UNCHANGED, "y"));
    write(t, t.update("2", "z", Changes.UNCHANGED));
    writer.flush();
    target.commit();
    assertThat(target.rows("t")).containsExactly("1=x,y", "2=z,old");
    shouldNeedReplay(t.move("1", "3", "x", Changes.UNCHANGED));
  }

  @Test
  void shouldNotFoldOverATruncate() throws Exception {
    given("1");
    write(t, t.update("1", "x", "y"), t.truncate(), t.insert("1", "z", "z"));
    writer.flush();
    assertThat(target.takeCalls())
        .containsExactly("update t 1,x,y", "truncate t", "insert t 1,z,z");
  }

  @Test
  void shouldTruncateAdjacentTablesAtOnce() throws Exception {
    write(u, u.insert("7", "x", "y"));
    write(t, t.truncate());
    write(u, u.truncate());
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("insert u 7,x,y", "truncate t,u");
  }

  @Test
  void shouldWriteRowsOfOneFormatBeforeThoseOfAnother() throws Exception {
    Changes altered = new Changes("t");
    write(t, t.insert("1", "x", "y"));
    write(altered, altered.update("1", "z", "z"));
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("insert t 1,x,y", "update t 1,z,z");
  }

  @Test
  void shouldOnlyInsertWithoutAKey() throws Exception {
    Changes keyless = new Changes("k", false, Changes.IDENTITY);
    write(keyless, keyless.insert("1", "x", "y"));
    assertThatThrownBy(() -> write(keyless, keyless.update("1", "x", "y")))
        .isInstanceOf(ReplayNeededException.class);
  }

  @Test
  void shouldForgetWhatWasNotWritten() throws Exception {
    write(t, t.insert("1", "x", "y"), t.truncate());
    writer.reset();
    writer.flush();
    assertThat(target.takeCalls()).containsExactly("insert t 1,x,y");
  }

  @Test
  void shouldFoldMoreRowsThanTheTableBeganWith() throws Exception {
    int rows = 1_000;
    for (int i = 0; i < rows; i++) {
      write(t, t.insert(Integer.toString(i), "x", "x"));
    }
    for (int i = 0; i < rows; i++) {
      write(t, t.update(Integer.toString(i), "y", "y"));
    }
    writer.flush();
    target.commit();
    assertThat(target.rows("t")).hasSize(rows).allMatch(row -> row.endsWith("=y,y"));
    assertThat(target.takeCalls()).hasSize(2);
  }
}
