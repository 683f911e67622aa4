package dev.duplex.cli.diff;

import dev.duplex.admin.diff.AppliedFiles;
import dev.duplex.admin.diff.DiffFileApplication;
import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.status.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Applies diff files to the secondary. */
@Command(
    name = "apply",
    description = {
      "Applies diff files that were carried over by hand to the secondary, without Kafka.",
      "No consumer may run meanwhile. What is applied already is skipped; a gap is refused with",
      "exit code 4. A consumer that is started afterwards goes on behind it."
    },
    mixinStandardHelpOptions = true)
final class DiffApplyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private DiffFileOptions files = new DiffFileOptions();

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  DiffApplyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    DuplexConfig config = files.config();
    try (DiffFileApplication application = new DiffFileApplication(config, files.open())) {
      try {
        application.run();
      } catch (DuplexException e) {
        if (application.result().applied().transactions() > 0) {
          show(config.link(), application.result());
        }
        throw e;
      }
      show(config.link(), application.result());
    }
    return ExitCode.DONE;
  }

  private void show(String link, AppliedFiles result) {
    terminal.result(
        json ? Json.line(AppliedText.asMap(link, result)) : AppliedText.line(link, result));
  }
}
