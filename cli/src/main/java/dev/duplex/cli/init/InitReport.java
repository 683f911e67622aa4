package dev.duplex.cli.init;

import dev.duplex.cli.shell.Terminal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code init} does, or only says that it would.
 *
 * <p>Owned by one thread.
 */
final class InitReport {
  /** One step. */
  interface Work {
    void run() throws SQLException, InterruptedException;
  }

  private final String link;
  private final Terminal terminal;
  private final boolean dryRun;
  private final boolean json;
  private final List<String> steps = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private long copiedRows;

  InitReport(String link, Terminal terminal, boolean dryRun, boolean json) {
    this.link = link;
    this.terminal = terminal;
    this.dryRun = dryRun;
    this.json = json;
  }

  boolean isDryRun() {
    return dryRun;
  }

  /**
   * Does a step, unless this is a rehearsal.
   *
   * @param description begins with a verb: "create topic bank.changes"
   */
  void step(String description, Work work) throws SQLException, InterruptedException {
    steps.add(description);
    if (dryRun) {
      say("would " + description);
      return;
    }
    say(description);
    work.run();
  }

  void warn(String warning) {
    warnings.add(warning);
    terminal.warn(warning);
  }

  void copied(long rows) {
    copiedRows = rows;
    say("copied " + rows + " rows");
  }

  void end() {
    if (dryRun) {
      say(steps.isEmpty() ? "link " + link + ": nothing to do" : "nothing was changed");
    } else {
      say("link " + link + (steps.isEmpty() ? " is set up already" : " is set up"));
    }
  }

  Terminal terminal() {
    return terminal;
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

  void say(String line) {
    if (json) {
      terminal.note(line);
    } else {
      terminal.result(line);
    }
  }
}
