package dev.duplex.bench;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures Duplex and PostgreSQL's own logical replication side by side. */
@Command(
    name = "bench/run",
    description = {
      "Measures Duplex and PostgreSQL's own logical replication on the same servers, in one run.",
      "Starts broker, registry and two PostgreSQL servers on free ports of this machine, and leaves"
          + " nothing behind."
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  /** What can be measured. */
  enum Topic {
    CATCHUP,
    LARGE,
    LOAD,
    LATENCY,
    POOL,
    MONITOR
  }

  private final Terminal terminal;
  private final long startNanos = System.nanoTime();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "WHAT",
      description = "Measure only these: ${COMPLETION-CANDIDATES}.")
  private Set<Topic> only = EnumSet.allOf(Topic.class);

  @Option(names = "--smoke", description = "Small sizes: only shows that everything works.")
  private boolean smoke;

  @Option(names = "--repeat", paramLabel = "N", description = "Measure N times.")
  private @Nullable Integer repeat;

  @Option(names = "--scale", paramLabel = "N", description = "pgbench's scale.")
  private @Nullable Integer scale;

  @Option(
      names = "--transactions",
      paramLabel = "N",
      description = "The backlog that is caught up with.")
  private @Nullable Integer transactions;

  @Option(names = "--rows", paramLabel = "N", description = "Rows of the large transactions.")
  private @Nullable Integer rows;

  @Option(names = "--clients", paramLabel = "N", description = "Clients that load the primary.")
  private @Nullable Integer clients;

  @Option(names = "--seconds", paramLabel = "N", description = "How long the primary is loaded.")
  private @Nullable Integer seconds;

  @Option(names = "--commits", paramLabel = "N", description = "Commits whose latency is measured.")
  private @Nullable Integer commits;

  @Option(
      names = "--commits-per-second",
      paramLabel = "N",
      description = "And how often they come.")
  private @Nullable Integer commitsPerSecond;

  @Option(names = "--seed", paramLabel = "N", description = "Draws the same load again.")
  private @Nullable Long seed;

  @Option(
      names = "--write-docs",
      paramLabel = "PAGE",
      arity = "0..1",
      fallbackValue = "docs/benchmarks.md",
      description = "Write the table into this page (${FALLBACK-VALUE}).")
  private @Nullable Path page;

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    Sizes sizes = sizes();
    Figures figures = new Figures(line -> say("%s", line));
    List<String> lines = new ArrayList<>();
    double loadBefore = Machine.load();
    say("starting the servers; load average %.2f", loadBefore);
    try (Servers servers = Servers.start()) {
      lines.add(about(sizes));
      lines.add(Machine.versions(servers) + "; " + Machine.description() + ".");
      for (Topic topic : Topic.values()) {
        if (only.contains(topic)) {
          say("measuring %s", topic.name().toLowerCase(Locale.ROOT));
          benchmark(topic, servers, sizes).run(figures);
        }
      }
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "Load average %.2f before and %.2f after; took %d s.",
            loadBefore,
            Machine.load(),
            elapsed().toSeconds()));
    lines.add("");
    lines.addAll(Report.table(figures));
    lines.forEach(terminal::result);
    if (page != null) {
      DocsPage.replace(page, lines);
      say("written to %s", page);
    }
    return ExitCode.DONE;
  }

  private static Benchmark benchmark(Topic topic, Servers servers, Sizes sizes) {
    return switch (topic) {
      case CATCHUP -> new CatchUp(servers, sizes);
      case LARGE -> new LargeTransaction(servers, sizes);
      case LOAD -> new PrimaryLoad(servers, sizes);
      case LATENCY -> new Latency(servers, sizes);
      case POOL -> new PoolCost(servers, sizes);
      case MONITOR -> new MonitorLoad(servers, sizes);
    };
  }

  private static String about(Sizes sizes) {
    return "Measured on %s; median of %d, in parentheses the lowest and the highest; TPC-B at scale %d, seed %d."
        .formatted(LocalDate.now(ZoneOffset.UTC), sizes.repeat(), sizes.scale(), sizes.seed());
  }

  private Sizes sizes() {
    Sizes base = smoke ? Sizes.smoke() : Sizes.full();
    return new Sizes(
        repeat == null ? base.repeat() : repeat,
        scale == null ? base.scale() : scale,
        transactions == null ? base.backlog() : transactions,
        rows == null ? base.rows() : rows,
        clients == null ? base.clients() : clients,
        seconds == null ? base.load() : Duration.ofSeconds(seconds),
        commits == null ? base.commits() : commits,
        commitsPerSecond == null ? base.commitsPerSecond() : commitsPerSecond,
        seed == null ? base.seed() : seed,
        base.limit());
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private void say(String format, Object... values) {
    terminal.note(
        String.format(Locale.ROOT, "%6.1f s  ", elapsed().toMillis() / 1000.0)
            + String.format(Locale.ROOT, format, values));
  }
}
