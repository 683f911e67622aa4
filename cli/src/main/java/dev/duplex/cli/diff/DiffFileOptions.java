package dev.duplex.cli.diff;

import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.config.DuplexConfig;
import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.schemas.failure.SetupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which diff files are meant: those of the link, of a directory, or some by name. */
final class DiffFileOptions {
  @Mixin private LinkOptions link = new LinkOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE|DIR",
      description = {
        "Diff files, or a link's directory in spool.directory",
        "(default: the directory of the configured link)."
      })
  private List<Path> paths = List.of();

  /** The configuration of the link. */
  DuplexConfig config() {
    return link.load();
  }

  /**
   * Opens them.
   *
   * @throws SetupException if one is not there
   */
  DiffFiles open() {
    if (paths.isEmpty()) {
      DuplexConfig config = config();
      return DiffFiles.in(config.spool().directoryOf(config.link()));
    }
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new SetupException("there is no file or directory '" + path + "'");
      }
    }
    if (paths.size() == 1 && Files.isDirectory(paths.get(0))) {
      return DiffFiles.in(paths.get(0));
    }
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        throw new SetupException("name either one directory or files, not '" + path + "' too");
      }
    }
    return DiffFiles.of(paths);
  }
}
