package dev.duplex.cli.init;

import dev.duplex.admin.setup.SetupListener;
import dev.duplex.cli.shell.ProgressBar;
import dev.duplex.cli.shell.Terminal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code init} does, or only says that it would.
 *
 * <p>Owned by one thread.
 */
final class InitReport implements SetupListener {
  private final String link;
  private final Terminal terminal;
  private final boolean dryRun;
  private final boolean json;
  private final List<String> steps = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private @Nullable ProgressBar bar;
  private long copiedRows;

  InitReport(String link, Terminal terminal, boolean dryRun, boolean json) {
    this.link = link;
    this.terminal = terminal;
    this.dryRun = dryRun;
    this.json = json;
  }

  @Override
  public void step(String description) {
    steps.add(description);
    note(dryRun ? "would " + description : description);
  }

  @Override
  public void note(String line) {
    if (json) {
      terminal.note(line);
    } else {
      terminal.result(line);
    }
  }

  @Override
  public void warn(String warning) {
    warnings.add(warning);
    terminal.warn(warning);
  }

  @Override
  public void copying(long rows, long estimated) {
    if (bar == null) {
      bar = new ProgressBar(terminal, "copy", "rows");
    }
    bar.show(rows, estimated);
  }

  @Override
  public void copied(long rows) {
    clear();
    copiedRows = rows;
    note("copied " + rows + " rows");
  }

  /** Erases what is only for the moment. */
  void clear() {
    if (bar != null) {
      bar.clear();
    }
  }

  void end() {
    if (dryRun) {
      note(steps.isEmpty() ? "link " + link + ": nothing to do" : "nothing was changed");
    } else {
      note("link " + link + (steps.isEmpty() ? " is set up already" : " is set up"));
    }
  }

  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", link);
    map.put("dryRun", dryRun);
    map.put("steps", steps);
    map.put("warnings", warnings);
    map.put("copiedRows", copiedRows);
    return map;
  }
}
