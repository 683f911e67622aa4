package dev.duplex.schemas;

/** Seeds of randomised tests: printed, and given by {@code -Dduplex.seed=N} to repeat a run. */
public final class Seed {
  private Seed() {}

  public static long choose(String test) {
    long seed = Long.getLong("duplex.seed", System.nanoTime());
    System.out.printf("%s: seed %d%n", test, seed);
    return seed;
  }
}
