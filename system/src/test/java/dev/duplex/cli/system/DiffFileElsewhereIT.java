package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A producer ends with changes on its disk only, and another one on another machine goes on. */
class DiffFileElsewhereIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Twin twin;
  private Path firstConfig;
  private Path secondConfig;
  private ChildProcess first;

  /** Ten rows are in the diff files of a producer that is dead; another one misses them. */
  @BeforeEach
  void start() throws Exception {
    twin = new Twin("");
    firstConfig = twin.writeConfig("first.yaml", spool("first"));
    secondConfig = twin.writeConfig("second.yaml", spool("second"));
    twin.onPrimary("CREATE TABLE account (id int PRIMARY KEY, balance bigint)");
    twin.succeed("init");
    first = twin.start("producer", "first", firstConfig);
    var unused = twin.start("consumer", "consumer");
    twin.onPrimary("INSERT INTO account VALUES (0, 0)");
    twin.awaitInStep();
    twin.lab().broker().kill();
    twin.onPrimary("INSERT INTO account SELECT i, 0 FROM generate_series(1, 10) i");
    await("the rows are spooled and confirmed", () -> entry().equals("1"));
  }

  /** Absolute, because commands of this process have another working directory. */
  private String spool(String name) {
    return "spool: { directory: \"" + twin.directory().resolve(name) + "\" }";
  }

  private String entry() throws Exception {
    try (var connection = twin.primary()) {
      return String.valueOf(
          Twin.number(connection, "SELECT count(*) FROM duplex.relay WHERE spool_id IS NOT NULL"));
    }
  }

  /** Starts another producer, which has not got the diff files. */
  private ChildProcess secondMissesThem() throws Exception {
    ChildProcess second = twin.start("producer", "second", secondConfig);
    await(
        "the second one says what it misses",
        () -> Files.readString(second.log()).contains("HALTED: DIFF_FILE_ELSEWHERE"));
    twin.onPrimary("INSERT INTO account VALUES (100, 0)");
    twin.lab().broker().start();
    return second;
  }

  @AfterEach
  void stop() {
    twin.close();
  }

  @Test
  void shouldGoOnWhenTheHolderIsBack() throws Exception {
    first.kill();
    ChildProcess second = secondMissesThem();
    Progress before = twin.heads().get(Role.PRODUCER);
    first = twin.start("producer", "first", firstConfig);
    assertGoesOn();
    assertThat(twin.heads().get(Role.PRODUCER)).isNotEqualTo(before);
    await(
        "the second one stands by",
        () -> Files.readString(second.log()).contains("HALTED -> STANDBY"));
    first.kill();
    twin.onPrimary("INSERT INTO account VALUES (101, 0)");
    assertGoesOn(); // by the second one
  }

  @Test
  void shouldGoOnWithAnAdoptedDirectory() throws Exception {
    first.kill();
    ChildProcess second = secondMissesThem();
    Twin.Output adopted = adopt();
    assertThat(adopted.code()).as(adopted.out() + adopted.err()).isZero();
    assertThat(adopted.out()).contains("are in").contains("second");
    assertGoesOn();
    // The files that were taken over are of no more use to whoever has written them.
    second.kill();
    first = twin.start("producer", "first", firstConfig);
    twin.onPrimary("INSERT INTO account VALUES (101, 0)");
    assertGoesOn();
    Twin.Output again = adopt();
    assertThat(again.code()).isNotZero();
    assertThat(again.err()).contains("there is nothing to do").hasLineCount(1);
  }

  @Test
  void shouldNotGiveInToAFrozenHolderThatWakesUp() throws Exception {
    first.freeze();
    ChildProcess second = secondMissesThem();
    Twin.Output adopted = adopt();
    assertThat(adopted.code()).as(adopted.out() + adopted.err()).isZero();
    await("the second one drains", () -> entry().equals("0"));
    first.thaw();
    await("the first one is fenced", () -> Files.readString(first.log()).contains("FENCED"));
    twin.onPrimary("INSERT INTO account VALUES (101, 0)");
    assertGoesOn();
    assertThat(Files.readString(second.log())).doesNotContain("LIVE -> ");
    assertThat(Files.exists(directory("second").resolve("set-aside-1"))).isFalse();
  }

  @Test
  void shouldRecordWhatWasGivenUp() throws Exception {
    first.kill();
    ChildProcess second = secondMissesThem();
    Twin.Output abandoned = twin.duplexWith(secondConfig, "diff", "abandon");
    assertThat(abandoned.code()).as(abandoned.out() + abandoned.err()).isZero();
    assertThat(abandoned.out()).contains("are given up").contains("init --recopy");
    await(
        "the second one says what is lost",
        () -> Files.readString(second.log()).contains("HALTED: GAP"));
    twin.succeed("init", "--recopy");
    twin.onPrimary("INSERT INTO account VALUES (101, 0)");
    assertGoesOn();
  }

  private Twin.Output adopt() {
    return twin.duplexWith(secondConfig, "diff", "adopt", directory("first").toString());
  }

  private Path directory(String spool) {
    return twin.directory().resolve(spool).resolve(twin.link().name());
  }

  private void assertGoesOn() throws Exception {
    twin.awaitInStep();
    twin.assertIdentical();
    assertThat(entry()).isEqualTo("0");
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    try {
      Await.until(what, LIMIT, condition);
    } catch (Await.TimedOutError e) {
      throw new AssertionError(twin.logs(), e);
    }
  }
}
