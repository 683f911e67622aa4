package dev.duplex.consumer;

import dev.duplex.config.ApplyConfig.OnMismatch;
import dev.duplex.consumer.apply.ChangeWriter;
import dev.duplex.consumer.apply.ExactWriter;
import dev.duplex.consumer.apply.FoldingWriter;
import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.database.target.TargetSession;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The two ways to write, and which of them is taken. Not thread-safe. */
final class GroupWriter implements ChangeWriter {
  private final TargetSession session;
  private final FoldingWriter folding;
  private final ExactWriter exact;
  private ChangeWriter current;

  GroupWriter(TargetSession session, OnMismatch onMismatch) {
    this.session = session;
    this.folding = new FoldingWriter(session);
    this.exact = new ExactWriter(session, onMismatch == OnMismatch.HEAL);
    this.current = folding;
  }

  void beFast() {
    current = folding;
  }

  void beExact() {
    current = exact;
  }

  boolean isExact() {
    return current == exact;
  }

  @Override
  public void write(Change change, RowFormat format) throws SQLException, ReplayNeededException {
    current.write(change, format);
  }

  @Override
  public void flush() throws SQLException, ReplayNeededException {
    current.flush();
  }

  @Override
  public void reset() {
    folding.reset();
    exact.reset();
  }

  @Override
  public long mismatches() {
    return current.mismatches();
  }

  /** The first row that {@link #mismatches} counts; null if there is none. */
  @Nullable String mismatch() {
    return exact.mismatch();
  }

  /** Starts anew after an error, with the tables as they are then. */
  void forgetTables() throws SQLException {
    reset();
    folding.forgetTables();
    session.forgetTables();
  }
}
