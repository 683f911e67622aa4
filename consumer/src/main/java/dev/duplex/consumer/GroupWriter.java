package dev.duplex.consumer;

import dev.duplex.config.ApplyConfig.OnMismatch;
import dev.duplex.consumer.apply.ChangeWriter;
import dev.duplex.consumer.apply.ExactWriter;
import dev.duplex.consumer.apply.FoldingWriter;
import dev.duplex.consumer.apply.Tables;
import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The two ways to write, and which of them is taken. Not thread-safe. */
final class GroupWriter implements ChangeWriter {
  private final Tables tables;
  private final FoldingWriter folding;
  private final ExactWriter exact;
  private ChangeWriter current;

  GroupWriter(Connection connection, OnMismatch onMismatch) {
    this.tables = new Tables(connection);
    this.folding = new FoldingWriter(connection, tables);
    this.exact = new ExactWriter(connection, tables, onMismatch == OnMismatch.HEAL);
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
    tables.forget();
  }
}
