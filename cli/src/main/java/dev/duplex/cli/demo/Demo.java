package dev.duplex.cli.demo;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.Lab;
import dev.duplex.lab.TpcbRun;
import dev.duplex.lab.TpcbWorkload;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.registry.SchemaRegistry;
import dev.duplex.status.LinkStatus;
import dev.duplex.status.StatusReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The demo's course.
 *
 * <p>Owned by one thread, which may be interrupted; then everything it started is ended.
 */
final class Demo {
  private static final String DATABASE = "bank";
  private static final int SCALE = 1;
  private static final int CLIENTS = 2;
  private static final long SEED = 20_261_122;
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration LIVE_LIMIT = Duration.ofMinutes(2);
  private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(3);

  private final DemoLog log;
  private final DemoCommand.Commands commands;
  private final Duration load;
  private final boolean verbose;

  Demo(DemoLog log, DemoCommand.Commands commands, Duration load, boolean verbose) {
    this.log = log;
    this.commands = commands;
    this.load = load;
    this.verbose = verbose;
  }

  /** Runs it and returns the exit code. */
  int run(@Nullable Path directory, boolean once)
      throws IOException, SQLException, InterruptedException {
    log.say("starting broker, registry and two PostgreSQL servers");
    Lab.Builder parts = Lab.of();
    if (directory != null) {
      parts.keepIn(directory);
    }
    try (Lab lab = parts.start()) {
      log.say("%s, %s, %s, %s", lab.primary(), lab.secondary(), lab.broker(), lab.registry());
      lab.primary().createDatabase(DATABASE);
      lab.secondary().createDatabase(DATABASE);
      try (Connection bank = lab.primary().connect(DATABASE)) {
        TpcbWorkload.initialize(bank, SCALE);
      }
      log.say("the primary has a bank of 100,000 accounts; the secondary is empty");
      Path file = DemoConfig.write(lab, DATABASE);
      require("init", command("init", file, "--copy"));
      try (DemoServices services = new DemoServices(lab.directory(), file)) {
        services.start("producer");
        services.start("consumer");
        return underLoad(lab, services, file, once);
      }
    }
  }

  private int underLoad(Lab lab, DemoServices services, Path file, boolean once)
      throws SQLException, InterruptedException {
    DuplexConfig config = DuplexConfig.load(file);
    try (SchemaRegistry registry = LinkOptions.registry(config);
        StatusReader status = StatusReader.open(LinkOptions.kafka(config), registry)) {
      awaitLive(status, services);
      log.say("producer and consumer are at work; %d clients move money", CLIENTS);
      try (TpcbRun run = TpcbWorkload.on(lab.primary(), DATABASE, CLIENTS, SEED, false).start()) {
        show(run, status, services);
        TpcbWorkload.Result result = run.stop();
        log.say(
            "load ended: %,d transactions, %,.0f a second",
            result.transactions(), result.transactionsPerSecond());
      }
      long end = primaryPosition(lab);
      awaitInStep(status, services, end);
    }
    int code = command("compare", file);
    log.say(code == ExitCode.DONE ? "both databases are identical" : "the databases DIFFER");
    if (!once) {
      log.say("all stays up until Ctrl-C; try: ./duplex status --follow -c %s", file);
      while (true) {
        services.requireAlive();
        TimeUnit.SECONDS.sleep(1);
      }
    }
    services.stop();
    return code;
  }

  private void awaitLive(StatusReader status, DemoServices services) throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      services.requireAlive();
      status.poll();
      LinkStatus now = status(status);
      if (now.state() == LinkState.IN_SYNC) {
        return;
      }
      limit(start, LIVE_LIMIT, "producer and consumer to be at work", now);
    }
  }

  private void show(TpcbRun run, StatusReader status, DemoServices services)
      throws InterruptedException {
    long start = System.nanoTime();
    long shown = start;
    while (run.isRunning() && System.nanoTime() - start < load.toNanos()) {
      services.requireAlive();
      checkInterrupt();
      status.poll();
      if (System.nanoTime() - shown >= TimeUnit.SECONDS.toNanos(1)) {
        shown = System.nanoTime();
        LinkStatus now = status(status);
        log.say(
            "  %,8d transactions committed; secondary %,d behind, %.1f s",
            run.committed(), now.transactionsBehind(), now.lag().toMillis() / 1000.0);
      }
    }
  }

  /** Everything up to the end of the load is published, and all that is published is applied. */
  private void awaitInStep(StatusReader status, DemoServices services, long end)
      throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      services.requireAlive();
      checkInterrupt();
      status.poll();
      LinkStatus now = status(status);
      boolean applied =
          now.consumer()
              .filter(consumer -> consumer.getPosition() == now.producer().getPosition())
              .isPresent();
      // The log may end with a record that decodes to nothing; the server reports its begin then.
      if (now.producer().getDecoded() >= end - 1 && applied) {
        log.say(
            "the secondary is in step at %s after %.1f s",
            Position.format(now.producer().getPosition()), (System.nanoTime() - start) / 1e9);
        return;
      }
      limit(start, CATCH_UP_LIMIT, "the secondary to be in step", now);
    }
  }

  private static LinkStatus status(StatusReader reader) {
    LinkStatus status = LinkStatus.of(DATABASE, reader.heads(SILENCE), SILENCE);
    if (status.state() == LinkState.HALTED) {
      throw new SetupException("the demo's link is HALTED: " + status.detail());
    }
    return status;
  }

  private static void limit(long startNanos, Duration limit, String what, LinkStatus now) {
    if (System.nanoTime() - startNanos > limit.toNanos()) {
      throw new SetupException(
          "waited "
              + limit.toSeconds()
              + " s for "
              + what
              + "; the link is "
              + now.state()
              + " "
              + now.detail());
    }
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped");
    }
  }

  private static long primaryPosition(Lab lab) throws SQLException {
    try (Connection connection = lab.primary().connect(DATABASE);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return Position.parse(row.getString(1));
    }
  }

  private int command(String name, Path file, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.add(name);
    arguments.add("-c");
    arguments.add(file.toString());
    arguments.addAll(List.of(options));
    if (verbose) {
      arguments.add("--verbose");
    }
    log.say("duplex %s", String.join(" ", arguments));
    return commands.run(arguments.toArray(String[]::new));
  }

  private static void require(String name, int code) {
    if (code != ExitCode.DONE) {
      throw new SetupException("the demo's 'duplex " + name + "' failed with exit code " + code);
    }
  }
}
