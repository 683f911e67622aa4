package dev.duplex.cli.system;

import dev.duplex.cli.Twin;
import dev.duplex.lab.Await;
import dev.duplex.lab.TpcbRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The promises of the design under load, whatever breaks: processes, links, and everything at once.
 *
 * <p>{@code -Dduplex.seed=N} repeats a run, {@code -Dduplex.faults=N} makes it longer, {@code
 * -Dduplex.only=TEXT} chooses the faults with that in their name.
 */
class FaultIT {
  private static final int SCALE = Integer.getInteger("duplex.scale", 1);
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int RATE = 300; // the machine has other work, too
  private static final int PAUSE_MILLIS = 1_500;
  // So often one fault follows the other before all has recovered: this one time of so many not.
  private static final int RECOVERED_ONCE_OF = 3;

  /** What the diff files of a long outage meet with. */
  private enum Room {
    AMPLE(""),
    LIMITED(", max-size: 2MB, segment-size: 1MB"),
    FULL_DISK(", segment-size: 1MB");

    private final String limits;

    Room(String limits) {
      this.limits = limits;
    }

    private AutoCloseable prepare(Path spool) throws IOException {
      return this == FULL_DISK ? new SmallDisk(spool, "3m") : () -> {};
    }

    private static Room draw(Random random) {
      Room drawn = values()[random.nextInt(values().length)];
      return drawn == FULL_DISK && !SmallDisk.isPossible() ? LIMITED : drawn; // full all the same
    }
  }

  @Test
  void shouldKeepItsPromisesWhateverBreaks() throws Exception {
    long seed = Long.getLong("duplex.seed", System.nanoTime());
    int count = Integer.getInteger("duplex.faults", 6);
    Random random = new Random(seed);
    Room room = Room.draw(random);
    System.out.printf("FaultIT: seed %d, %d faults, spool %s%n", seed, count, room);
    try (Twin twin = new Twin("")) {
      twin.initializeTpcb(SCALE);
      twin.onPrimary("CREATE TABLE noise (id serial PRIMARY KEY, text text)");
      twin.succeed("init", "--copy");
      try (AutoCloseable disk = room.prepare(twin.directory().resolve("spool"));
          Clocks clocks = new Clocks(twin);
          Services services = new Services(twin, room.limits, clocks.first(), clocks.second())) {
        Faults faults = new Faults(twin.lab(), services, clocks, random);
        breakThings(twin, services, faults, random, seed, count, room);
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed + "\n" + twin.logs(), e);
      }
    }
  }

  private static void breakThings(
      Twin twin, Services services, Faults faults, Random random, long seed, int count, Room room)
      throws Exception {
    Invariants invariants = new Invariants(twin, services);
    invariants.awaitCopied();
    try (TpcbRun load = twin.workload(seed).atMost(RATE).start()) {
      if (room != Room.AMPLE) {
        fillUp(twin, services);
        invariants.check();
      }
      long begin = System.nanoTime();
      for (int number = 1; number <= count; number++) {
        long committed = load.committed();
        Await.until("the load goes on", LIMIT, () -> load.committed() > committed + 50);
        faults.pause(0, PAUSE_MILLIS);
        Faults.Fault fault = faults.next();
        System.out.printf(
            "%3d s, fault %d: %s after %d commits%n",
            Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
            number,
            fault.name(),
            load.committed());
        fault.event().happen();
        invariants.check();
        if (random.nextInt(RECOVERED_ONCE_OF) == 0) {
          invariants.awaitRecovered();
        }
      }
      var result = load.stop();
      System.out.println(result);
      invariants.checkEnd(result);
    }
  }

  /** An outage that is longer than the spool is large. */
  private static void fillUp(Twin twin, Services services) throws Exception {
    twin.lab().broker().kill();
    Await.until(
        "the spool is full",
        LIMIT,
        () -> {
          twin.onPrimary(
              "INSERT INTO noise (text) SELECT string_agg(md5(random()::text), '')"
                  + " FROM generate_series(1, 3000)");
          return services.producersSaid("SPOOL_FULL");
        });
    twin.lab().broker().start();
  }
}
