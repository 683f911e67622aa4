package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must be true after somebody has killed the JVM that owns child processes. */
final class KilledJvmIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  /** Starts children, frozen and not, writes their process ids and a port to a file, and waits. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      ChildProcess sleep =
          ChildProcess.start(
              List.of("sleep", "1000"), Map.of(), directory, directory.resolve("sleep.out"));
      ChildProcess frozen =
          ChildProcess.start(
              List.of("sleep", "1000"), Map.of(), directory, directory.resolve("frozen.out"));
      frozen.freeze();
      Lab lab = Lab.of(Lab.Part.PRIMARY, Lab.Part.SECONDARY).start();
      lab.secondary().freeze();
      List<String> facts = new ArrayList<>();
      facts.add(lab.directory().toString());
      facts.add(Integer.toString(lab.primary().port()));
      facts.add(Integer.toString(lab.secondary().port()));
      facts.add(Long.toString(sleep.pid()));
      facts.add(Long.toString(frozen.pid()));
      ProcessHandle.current().descendants().forEach(each -> facts.add(Long.toString(each.pid())));
      Path unfinished = directory.resolve("facts.unfinished");
      Files.write(unfinished, facts);
      Files.move(unfinished, directory.resolve("facts"));
      System.in.read();
    }
  }

  /** Unpacks the binaries into the cache that the environment names. */
  static final class Unpacker {
    private Unpacker() {}

    public static void main(String[] arguments) throws Exception {
      PostgresBinaries.unpacked(PostgresVersion.V18);
    }
  }

  @Test
  void shouldLeaveNoProcessAndNoDirectory() throws Exception {
    Process jvm = startJvm(Victim.class, Map.of(), directory.toString());
    List<String> facts;
    try {
      Path file = directory.resolve("facts");
      Await.until("the JVM's report", LIMIT, () -> Files.exists(file) || !jvm.isAlive());
      facts = Files.readAllLines(file);
    } finally {
      // SIGKILL, for this one process only.
      jvm.destroyForcibly();
    }
    List<Long> pids = facts.subList(3, facts.size()).stream().map(Long::valueOf).toList();
    assertThat(pids).hasSizeGreaterThan(10);
    for (long pid : pids) {
      Await.until("process " + pid + " to end", LIMIT, () -> !isRunning(pid));
    }
    assertThat(FreePorts.isFree(Integer.parseInt(facts.get(1)))).isTrue();
    assertThat(FreePorts.isFree(Integer.parseInt(facts.get(2)))).isTrue();
    Path leftover = Path.of(facts.get(0));
    assertThat(leftover).isDirectory();
    LabDirectory.temporary().close();
    assertThat(leftover).doesNotExist();
  }

  @Test
  void shouldUnpackOnceWhenSeveralDoAtOnceAndOneIsKilled() throws Exception {
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", directory.toString());
    Path cache = directory.resolve("duplex");
    Process killed = startJvm(Unpacker.class, environment);
    Await.until(
        "the unpacking to begin",
        LIMIT,
        () -> (Files.exists(cache) && !names(cache).isEmpty()) || !killed.isAlive());
    killed.destroyForcibly();
    Process one = startJvm(Unpacker.class, environment);
    Process two = startJvm(Unpacker.class, environment);
    Await.until("both", LIMIT, () -> !one.isAlive() && !two.isAlive());
    assertThat(one.exitValue()).isZero();
    assertThat(two.exitValue()).isZero();
    Path target = cache.resolve("postgres-" + PostgresVersion.V18.release());
    assertThat(target.resolve("bin/postgres")).isExecutable();
    // Only what the killed one left, which is too young to be stale.
    assertThat(names(cache)).hasSizeLessThanOrEqualTo(2);
  }

  private static boolean isRunning(long pid) {
    return ProcessHandle.of(pid).filter(ChildProcess::isRunning).isPresent();
  }

  private static List<Path> names(Path cache) throws IOException {
    try (var files = Files.list(cache)) {
      return files.toList();
    }
  }

  private Process startJvm(Class<?> main, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        JavaCommand.of(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("jvm.out").toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }
}
