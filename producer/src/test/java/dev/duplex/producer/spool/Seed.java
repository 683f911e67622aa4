package dev.duplex.producer.spool;

/** Seeds of randomised tests: printed, and given by {@code -Dduplex.seed=N} to repeat a run. */
final class Seed {
  private Seed() {}

  static long choose(String test) {
    long seed = Long.getLong("duplex.seed", System.nanoTime());
    System.out.printf("%s: seed %d%n", test, seed);
    return seed;
  }
}
