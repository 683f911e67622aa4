package dev.duplex.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.simulation.Shrinker.Outcome;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Many seeds, each a short life of a link under chaos. {@code -Dduplex.seeds=N} for more or fewer,
 * {@code -Dduplex.seed=N} for one of them, with its story.
 */
class SimulationTest {
  private static final long SEEDS = Long.getLong("duplex.seeds", 2_000);

  @Test
  void shouldKeepItsPromisesUnderEverySeed() throws InterruptedException {
    Long only = Long.getLong("duplex.seed");
    if (only != null) {
      Outcome outcome = World.run(Plan.of(only, Plant.NONE), true);
      System.out.println(outcome.story());
      outcome.failure().ifPresent(failure -> failure.printStackTrace(System.out));
      assertThat(outcome.failure()).as("seed %d", only).isEmpty();
      return;
    }
    long begun = System.nanoTime();
    AtomicLong next = new AtomicLong(1);
    AtomicLong turns = new AtomicLong();
    ConcurrentLinkedQueue<Long> failed = new ConcurrentLinkedQueue<>();
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    for (int i = 0; i < threads; i++) {
      pool.execute(
          () -> {
            for (long seed = next.getAndIncrement();
                seed <= SEEDS && failed.isEmpty();
                seed = next.getAndIncrement()) {
              Outcome outcome = World.run(Plan.of(seed, Plant.NONE), false);
              turns.addAndGet(outcome.turns());
              if (outcome.failure().isPresent()) {
                failed.add(seed);
              }
            }
          });
    }
    pool.shutdown();
    assertThat(pool.awaitTermination(1, TimeUnit.DAYS)).isTrue();
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.out.printf(
        "%d seeds in %.1f s (%.0f a second), %d turns%n",
        SEEDS, seconds, SEEDS / seconds, turns.get());
    if (!failed.isEmpty()) {
      Outcome smallest = Shrinker.shrink(Plan.of(failed.element(), Plant.NONE));
      System.out.println(smallest.story());
      throw new AssertionError(
          "seed " + failed.element() + ", made smaller: " + smallest.plan(),
          smallest.failure().orElse(null));
    }
  }

  @Test
  void shouldReplayASeedToTheLetter() {
    for (long seed = 1; seed <= 5; seed++) {
      String story = World.run(Plan.of(seed, Plant.NONE), true).story();
      assertThat(World.run(Plan.of(seed, Plant.NONE), true).story()).isEqualTo(story);
    }
  }
}
