package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnClockIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration NEAR = Duration.ofMinutes(2);

  @TempDir private Path directory;

  /** Prints both clocks every 100 ms, as a program that is run by this test. */
  static final class Ticks {
    private Ticks() {}

    public static void main(String[] arguments) throws InterruptedException {
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < LIMIT.toNanos()) {
        System.out.println(Instant.now() + " " + (System.nanoTime() - begin) / 1_000_000);
        Thread.sleep(100);
      }
    }
  }

  @Test
  void shouldSetTheClockOfAServerAndOfAJavaProgram() throws Exception {
    if (!OwnClock.isPossible()) {
      System.out.println("no process gets a clock of its own: that takes root and libfaketime");
      assertThatThrownBy(() -> new OwnClock(directory.resolve("clock")).command(List.of("true")))
          .isInstanceOf(LabException.class);
      return;
    }
    OwnClock clock = new OwnClock(directory.resolve("clock"));
    Path log = directory.resolve("ticks.log");
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Ticks.class.getName());
    ChildProcess ticks = ChildProcess.start(clock.command(java), Map.of(), directory, log);
    try (PostgresServer server = PostgresServer.local(directory.resolve("server"))) {
      server.clock(clock);
      server.start();
      for (Duration ahead : List.of(Duration.ZERO, Duration.ofHours(5), Duration.ofDays(-2))) {
        clock.set(ahead);
        Await.until("the server's clock", LIMIT, () -> isAbout(timeOf(server), ahead));
        Await.until("the program's clock", LIMIT, () -> isAbout(timeOf(ticks), ahead));
      }
      long waited = Long.parseLong(ticks.lastLogLine().split(" ")[1]);
      long lines = Files.readAllLines(log).size();
      assertThat(lines).as("each of 100 ms").isLessThanOrEqualTo(waited / 100 + 1);
    } finally {
      ticks.kill();
    }
  }

  private static boolean isAbout(Instant time, Duration ahead) {
    Instant expected = Instant.now().plus(ahead);
    return Duration.between(time, expected).abs().compareTo(NEAR) < 0;
  }

  private static Instant timeOf(ChildProcess ticks) {
    String line = ticks.lastLogLine();
    return line.isEmpty() ? Instant.EPOCH : Instant.parse(line.split(" ")[0]);
  }

  private static Instant timeOf(PostgresServer server) throws Exception {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
      row.next();
      return row.getTimestamp(1).toInstant();
    }
  }
}
