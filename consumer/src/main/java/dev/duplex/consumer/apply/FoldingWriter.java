package dev.duplex.consumer.apply;

import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.database.target.RowBatch;
import dev.duplex.database.target.TargetSession;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.row.Operation;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fast path: changes are folded and written table by table, in few statements whatever their
 * number. It is optimistic: where its order of writing does not do, the database or a count says
 * so, and the group is replayed by {@link ExactWriter}.
 */
public final class FoldingWriter implements ChangeWriter {
  private final TargetSession session;
  private final Truncation truncation;
  private final Deque<FoldedRow> pool = new ArrayDeque<>();
  private final RowBatch batch = new RowBatch();
  private final Map<RowFormat, TableWindow> windows = new HashMap<>();
  private final Map<RowFormat, TableWindow> used = new LinkedHashMap<>();

  public FoldingWriter(TargetSession session) {
    this.session = session;
    this.truncation = new Truncation(session);
  }

  @Override
  public void write(Change change, RowFormat format) throws SQLException, ReplayNeededException {
    TableWindow window = window(format);
    if (change.operation() == Operation.TRUNCATE) {
      flushWindows();
      truncation.add(window.table());
      return;
    }
    if (truncation.isPending()) {
      truncation.run();
    }
    boolean insert = change.operation() == Operation.CREATE || change.operation() == Operation.READ;
    if (window.table().wholeRow() && !insert) {
      writeAlone(window, change);
      return;
    }
    if (window.isEmpty()) {
      use(format, window);
    }
    window.add(change);
  }

  private TableWindow window(RowFormat format) throws SQLException {
    TableWindow window = windows.get(format);
    if (window == null) {
      window = new TableWindow(session.table(format), pool, batch);
      windows.put(format, window);
    }
    return window;
  }

  /** A table that was altered has two formats: the rows of one are written before the other's. */
  private void use(RowFormat format, TableWindow window)
      throws SQLException, ReplayNeededException {
    for (RowFormat other : used.keySet()) {
      if (other != format && other.table().equals(format.table())) {
        flushWindows();
        break;
      }
    }
    used.put(format, window);
  }

  /** Rows that may have twins cannot be folded: the window is keyed by row. */
  private void writeAlone(TableWindow window, Change change)
      throws SQLException, ReplayNeededException {
    window.flush();
    long touched =
        change.operation() == Operation.UPDATE
            ? window.table().move(change)
            : window.table().delete(change);
    if (touched != 1) {
      throw new ReplayNeededException(window.table().id() + ": row not found");
    }
  }

  @Override
  public void flush() throws SQLException, ReplayNeededException {
    truncation.run();
    flushWindows();
  }

  private void flushWindows() throws SQLException, ReplayNeededException {
    for (TableWindow window : used.values()) {
      window.flush();
    }
    used.clear();
  }

  /** Forgets the windows themselves too if the tables were forgotten. */
  public void forgetTables() {
    windows.clear();
    used.clear();
  }

  @Override
  public void reset() {
    truncation.clear();
    used.values().forEach(TableWindow::clear);
    used.clear();
  }

  @Override
  public long mismatches() {
    return 0;
  }
}
