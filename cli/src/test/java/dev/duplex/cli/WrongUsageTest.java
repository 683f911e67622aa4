package dev.duplex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a slip on the command line is answered with. */
final class WrongUsageTest {
  private record Answer(int code, List<String> lines) {}

  @Test
  void shouldNameTheCommandThatWasMeant() {
    assertThat(run("stauts"))
        .isEqualTo(usage("unknown command 'stauts'; did you mean status? (see 'duplex --help')"));
    assertThat(run("compares"))
        .isEqualTo(
            usage("unknown command 'compares'; did you mean compare? (see 'duplex --help')"));
    assertThat(run("diff", "lsit"))
        .isEqualTo(usage("unknown command 'lsit'; did you mean list? (see 'duplex diff --help')"));
  }

  @Test
  void shouldNameTheOptionThatWasMeant() {
    assertThat(run("status", "--folow"))
        .isEqualTo(
            usage("unknown option '--folow'; did you mean --follow? (see 'duplex status --help')"));
    assertThat(run("demo", "--secnods=3"))
        .isEqualTo(
            usage(
                "unknown option '--secnods'; did you mean --seconds? (see 'duplex demo --help')"));
  }

  @Test
  void shouldNotGuessWhatNobodyCanKnow() {
    assertThat(run("frobnicate"))
        .isEqualTo(usage("unknown command 'frobnicate' (see 'duplex --help')"));
    assertThat(run("status", "now"))
        .isEqualTo(usage("unknown argument 'now' (see 'duplex status --help')"));
    assertThat(run("compare", "--rows", "many").lines())
        .singleElement()
        .asString()
        .contains("--rows")
        .endsWith("(see 'duplex compare --help')");
  }

  private static Answer usage(String message) {
    return new Answer(2, List.of("duplex: " + message));
  }

  private static Answer run(String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    int code = Main.run(arguments, stream, stream);
    return new Answer(code, err.toString(StandardCharsets.UTF_8).lines().toList());
  }
}
