package dev.duplex.bench;

import dev.duplex.bench.Figures.Better;
import dev.duplex.bench.Figures.Measure;
import dev.duplex.kafka.registry.SchemaRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * What a monitor needs for many links at once: how old what it shows is, and its memory. The load
 * is made here; no link has databases.
 */
final class MonitorLoad implements Benchmark {
  private static final int LINKS = 50;
  private static final int RECORDS_PER_SECOND = 1_000;
  private static final String WHAT =
      "monitor: %d links, %,d progress records a second: ".formatted(LINKS, RECORDS_PER_SECOND);

  private final Servers servers;
  private final Sizes sizes;
  private final Measure median =
      new Measure(WHAT + "from writing a record to a page that has it, p50", "ms", Better.LESS);
  private final Measure late = new Measure(WHAT + "the same, p99", "ms", Better.LESS);
  private final Measure memory =
      new Measure(WHAT + "resident memory of the process at most", "MB", Better.LESS);

  MonitorLoad(Servers servers, Sizes sizes) {
    this.servers = servers;
    this.sizes = sizes;
  }

  @Override
  public void run(Figures figures) throws IOException, InterruptedException {
    for (int repetition = 0; repetition < sizes.repeat(); repetition++) {
      String prefix = "m" + repetition + "_";
      try (SchemaRegistry registry = SchemaRegistry.open(servers.registryUrl(), Map.of());
          ProgressLoad load = ProgressLoad.create(servers, registry, prefix, LINKS);
          WatchedMonitor monitor = WatchedMonitor.start(servers, prefix, sizes.limit())) {
        load.start(RECORDS_PER_SECOND);
        double[] ages = monitor.ages(load, sizes.load());
        load.requireSound();
        if (ages.length == 0) {
          throw new BenchException("the monitor has shown nothing of the load");
        }
        Arrays.sort(ages);
        figures.add(median, Contender.DUPLEX, ages[ages.length / 2]);
        figures.add(late, Contender.DUPLEX, ages[(int) (ages.length * 0.99)]);
        figures.add(memory, Contender.DUPLEX, monitor.residentMegabytes());
      }
    }
  }
}
