package dev.duplex.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A demo that runs, with its output in a file. All that it starts names its directory, or works in
 * it.
 */
final class DemoRun implements AutoCloseable {
  private static final Path SCRIPT = Path.of("..", "duplex").toAbsolutePath().normalize();
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final Process process;
  private final Path directory;
  private final Path output;
  private int seen;

  private DemoRun(Process process, Path directory, Path output) {
    this.process = process;
    this.directory = directory;
    this.output = output;
  }

  /** With its output in a file. */
  static DemoRun plain(Path directory, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), "demo"));
    command.addAll(List.of(options));
    return start(directory, command);
  }

  /** In a terminal that tells its mode at the end. */
  static DemoRun inTerminal(Path directory, String... options) throws IOException {
    // Who starts the tests in the background may have had SIGINT ignored for all of them.
    String demo =
        "trap : INT; env --default-signal=INT '%s' demo %s; code=$?; stty -a; exit $code"
            .formatted(SCRIPT, String.join(" ", options));
    return start(directory, List.of("script", "-qefc", demo, "/dev/null"));
  }

  private static DemoRun start(Path directory, List<String> command) throws IOException {
    Path output = directory.resolve("output");
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("DUPLEX_OPTS", "-Djava.io.tmpdir=" + temporary);
    builder.environment().put("TERM", "xterm");
    return new DemoRun(builder.start(), temporary, output);
  }

  /** Everything so far. */
  String shown() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  /** Checks that these were shown, in this order. */
  void assertShown(String... texts) throws IOException {
    assertThat(shown()).containsSubsequence(texts);
  }

  /** Waits for a text behind the last one that was waited for. */
  void await(String text) throws Exception {
    Await.until(
        "'" + text + "' of the demo",
        LIMIT,
        () -> {
          int at = shown().indexOf(text, seen);
          if (at < 0) {
            assertThat(process.isAlive()).as(shown()).isTrue();
            return false;
          }
          seen = at + text.length();
          return true;
        });
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void press(String key) throws IOException {
    process.getOutputStream().write(key.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
  }

  void awaitExit(int code) throws Exception {
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(shown()).isTrue();
    assertThat(process.exitValue()).as(shown()).isEqualTo(code);
  }

  /** Lines and echo are as they were. */
  void assertTerminalRestored() throws IOException {
    assertThat(shown()).containsPattern("[^-]icanon").containsPattern("[^-]echo ");
  }

  /** Neither a process nor a file is left. */
  void assertNothingLeft() throws Exception {
    Await.until("the demo's processes to end", END_LIMIT, () -> processes().isEmpty());
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("duplex")))
          .isEmpty();
    }
  }

  /** Nor one of a native library's, which only a process that is stopped by a signal leaves. */
  void assertNoFileLeft() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  private List<String> processes() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path one : all.filter(p -> p.getFileName().toString().matches("[0-9]+")).toList()) {
        if (isOurs(one)) {
          found.add(one.toString());
        }
      }
    }
    return found;
  }

  private boolean isOurs(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
              .contains(directory.toString())
          || Files.readSymbolicLink(process.resolve("cwd")).startsWith(directory);
    } catch (IOException e) {
      return false; // it has ended, or is somebody else's
    }
  }

  @Override
  public void close() throws Exception {
    // Its guardians end what it started.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    Await.until("the demo's processes to end", END_LIMIT, () -> processes().isEmpty());
  }
}
