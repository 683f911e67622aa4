package dev.duplex.cli.remove;

import dev.duplex.admin.remove.LinkRemoval;
import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.status.json.Json;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a link away. A slot that is forgotten keeps the primary's log until the disk is full. */
@Command(
    name = "remove",
    description = "Drops the link's slot and publication and, if asked, the rest.",
    mixinStandardHelpOptions = true)
public final class RemoveCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Shutdown shutdown;
  private final List<String> removed = new ArrayList<>();

  @Mixin private LinkOptions link = new LinkOptions();

  @Option(names = "--topics", description = "Delete the link's topics too.")
  private boolean topics;

  @Option(
      names = "--checkpoints",
      description = "Delete what the link left in schema duplex of both databases too.")
  private boolean checkpoints;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  public RemoveCommand(Terminal terminal, Shutdown shutdown) {
    this.terminal = terminal;
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws SQLException, InterruptedException {
    DuplexConfig config = link.load();
    shutdown.interruptThisThread();
    new LinkRemoval(config, this::say).run(new LinkRemoval.Extent(topics, checkpoints));
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("link", config.link());
      result.put("removed", removed);
      terminal.result(Json.line(result));
    } else if (removed.isEmpty()) {
      terminal.result("link " + config.link() + ": nothing to remove");
    }
    return ExitCode.DONE;
  }

  private void say(String what) {
    removed.add(what);
    if (!json) {
      terminal.result("removed " + what);
    }
  }
}
