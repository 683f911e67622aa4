package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir private Path directory;

  @Test
  void shouldPassOnArgumentsEnvironmentDirectoryAndExitCode() throws Exception {
    ChildProcess process =
        ChildProcess.start(
            List.of(
                "sh", "-c", "echo \"$1|$2|$GREETING|$(pwd)\"; exit 7", "x", "$HOME `id`", "\"'"),
            Map.of("GREETING", "hello world"),
            directory,
            directory.resolve("out"));
    assertThat(process.awaitExit(LIMIT)).isEqualTo(7);
    assertThat(process.isAlive()).isFalse();
    assertThat(process.lastLogLine()).isEqualTo("$HOME `id`|\"'|hello world|" + directory);
  }

  @Test
  void shouldShowACommandThatCannotBeStarted() throws Exception {
    ChildProcess process = start("/nonexistent/program");
    assertThat(process.awaitExit(LIMIT)).isEqualTo(127);
    assertThat(process.lastLogLine()).contains("/nonexistent/program");
  }

  @Test
  void shouldKillTheCommandWithItsDescendants() throws Exception {
    ChildProcess process = start("sh", "-c", "sleep 1000 & echo $!; wait");
    Await.until("the grandchild", LIMIT, () -> !process.lastLogLine().isEmpty());
    long grandchild = Long.parseLong(process.lastLogLine());
    assertThat(isRunning(grandchild)).isTrue();
    process.kill();
    assertThat(process.isAlive()).isFalse();
    assertThat(process.awaitExit(LIMIT)).isEqualTo(128 + 9);
    assertThat(isRunning(process.pid())).isFalse();
    assertThat(isRunning(grandchild)).isFalse();
    process.kill();
    assertThatThrownBy(process::freeze).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldNoticeAnEndFromOutside() throws Exception {
    ChildProcess process = start("sleep", "1000");
    ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
    assertThat(process.awaitExit(LIMIT)).isEqualTo(128 + 9);
    assertThat(Path.of("/proc", Long.toString(process.pid()))).doesNotExist();
  }

  @Test
  void shouldTerminateInOrderOrWithForce() throws Exception {
    assertThat(start("sleep", "1000").terminate(LIMIT)).isTrue();
    ChildProcess stubborn =
        start("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done");
    Await.until("the trap", LIMIT, () -> stubborn.lastLogLine().equals("ready"));
    assertThat(stubborn.terminate(Duration.ofMillis(200))).isFalse();
    assertThat(stubborn.isAlive()).isFalse();
  }

  @Test
  void shouldFreezeAndThaw() throws Exception {
    ChildProcess process = start("sleep", "1000");
    process.freeze();
    Await.until("it to be stopped", LIMIT, () -> state(process.pid()) == 'T');
    assertThat(process.isAlive()).isTrue();
    process.thaw();
    Await.until("it to sleep", LIMIT, () -> state(process.pid()) == 'S');
    process.freeze();
    process.kill();
    assertThat(process.isAlive()).isFalse();
  }

  private ChildProcess start(String... command) throws IOException {
    Path log = Files.createTempFile(directory, "child", ".out");
    return ChildProcess.start(List.of(command), Map.of(), directory, log);
  }

  private static boolean isRunning(long pid) {
    return ProcessHandle.of(pid).filter(ChildProcess::isRunning).isPresent();
  }

  /** The letter in /proc/PID/stat, or - without such a process. */
  private static char state(long pid) throws IOException {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.exists(stat)) {
      return '-';
    }
    String text = Files.readString(stat);
    return text.charAt(text.lastIndexOf(')') + 2);
  }
}
