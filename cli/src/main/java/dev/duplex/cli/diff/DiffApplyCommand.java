package dev.duplex.cli.diff;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Json;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.HandApplier;
import dev.duplex.producer.spool.DiffFileSummary;
import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.SetupException;
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
    DiffFiles opened = files.open();
    checkLink(opened, config.link());
    try (DiffFileSource source = new DiffFileSource(opened)) {
      HandApplier applier = new HandApplier(config, source);
      try {
        applier.run();
      } catch (DuplexException e) {
        AppliedFiles result = AppliedFiles.of(config.link(), applier, source.counts());
        if (result.transactions() > 0) {
          show(result);
        }
        throw e;
      }
      show(AppliedFiles.of(config.link(), applier, source.counts()));
    }
    return ExitCode.DONE;
  }

  private static void checkLink(DiffFiles files, String link) {
    for (DiffFileSummary file : files.list()) {
      if (!file.link().equals(link)) {
        throw new SetupException(
            "'%s' belongs to link %s, not to %s: name the configuration of that link"
                .formatted(file.path(), file.link(), link));
      }
    }
  }

  private void show(AppliedFiles result) {
    terminal.result(json ? Json.line(result.asMap()) : result.line());
  }
}
