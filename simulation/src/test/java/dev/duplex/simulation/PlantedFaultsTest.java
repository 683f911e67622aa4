package dev.duplex.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.simulation.Shrinker.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation is worth something only if it finds what is wrong. */
class PlantedFaultsTest {
  private static final long SEEDS = 2_000;

  @ParameterizedTest
  @EnumSource(value = Plant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldFind(Plant plant) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Outcome outcome = World.run(Plan.of(seed, plant), false);
      if (outcome.failure().isPresent()) {
        String why = String.valueOf(outcome.failure().get().getMessage());
        System.out.printf(
            "%s: seed %d, %s%n", plant, seed, why.lines().findFirst().orElse("no message"));
        return;
      }
    }
    assertThat(plant).as("found within %d seeds", SEEDS).isEqualTo(Plant.NONE);
  }
}
