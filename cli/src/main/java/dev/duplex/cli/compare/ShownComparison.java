package dev.duplex.cli.compare;

import dev.duplex.admin.compare.ComparisonListener;
import dev.duplex.admin.compare.TableResult;
import dev.duplex.cli.shell.ProgressBar;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.schemas.table.TableId;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a comparison is, and what it found.
 *
 * <p>Owned by one thread.
 */
final class ShownComparison implements ComparisonListener {
  private final Terminal terminal;
  private final boolean json;
  private @Nullable TableId table;
  private @Nullable ProgressBar bar;

  ShownComparison(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public void compared(TableId now, long rows, long estimated) {
    if (bar == null || !now.equals(table)) {
      bar = new ProgressBar(terminal, "compare " + now, "rows");
      table = now;
    }
    bar.show(rows, estimated);
  }

  @Override
  public void ended(TableResult result) {
    clear();
    if (!json) {
      ComparisonText.lines(result).forEach(terminal::result);
    }
  }

  /** Erases what is only for the moment. */
  void clear() {
    if (bar != null) {
      bar.clear();
      bar = null;
    }
  }
}
