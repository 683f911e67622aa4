package dev.duplex.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.shell.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class BenchIT {
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldMeasureEverythingAndLeaveNothing(@TempDir Path directory) throws Exception {
    Path page = directory.resolve("page.md");
    Files.writeString(page, DocsPage.BEGIN + "\n" + DocsPage.END + "\n");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    int code =
        new CommandLine(new BenchCommand(terminal))
            .setExecutionExceptionHandler(
                (failure, any, parsed) -> {
                  throw failure;
                })
            .execute("--smoke", "--write-docs=" + page);
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    List<String> rows =
        Files.readAllLines(page).stream().filter(line -> line.startsWith("| ")).toList();
    assertThat(rows).hasSizeBetween(10, 11);
    assertThat(rows.subList(1, rows.size()))
        // So small a backlog may be there at once, and then its rate is not told.
        .filteredOn(row -> !row.contains("once it has"))
        .allSatisfy(row -> assertThat(row).matches(".*\\| [0-9.]+ \\|$"));
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(rows);
    assertThat(ProcessHandle.current().descendants()).noneMatch(ProcessHandle::isAlive);
  }
}
