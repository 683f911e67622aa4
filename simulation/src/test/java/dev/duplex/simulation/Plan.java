package dev.duplex.simulation;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What happens under a seed, as far as it can be made smaller to see why it fails.
 *
 * @param relays how many compete for the link, each on a machine of its own
 * @param appliers likewise
 * @param transactions that the application commits
 * @param troubles how many times chaos strikes
 * @param kinds with what
 * @param chaos how long it lasts
 */
record Plan(
    long seed,
    int relays,
    int appliers,
    int transactions,
    int troubles,
    Set<Trouble> kinds,
    Duration chaos,
    Plant plant) {

  private static final List<Trouble> ALL = List.of(Trouble.values());

  static Plan of(long seed, Plant plant) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    EnumSet<Trouble> kinds = EnumSet.noneOf(Trouble.class);
    int many = 2 + random.nextInt(5);
    for (int i = 0; i < many; i++) {
      kinds.add(ALL.get(random.nextInt(ALL.size())));
    }
    return new Plan(
        seed,
        1 + random.nextInt(2),
        1 + random.nextInt(2),
        20 + random.nextInt(100),
        2 + random.nextInt(12),
        kinds,
        Duration.ofSeconds(5 + random.nextInt(25)),
        plant);
  }

  Plan withRelays(int count) {
    return new Plan(seed, count, appliers, transactions, troubles, kinds, chaos, plant);
  }

  Plan withAppliers(int count) {
    return new Plan(seed, relays, count, transactions, troubles, kinds, chaos, plant);
  }

  Plan withTransactions(int count) {
    return new Plan(seed, relays, appliers, count, troubles, kinds, chaos, plant);
  }

  Plan withTroubles(int count) {
    return new Plan(seed, relays, appliers, transactions, count, kinds, chaos, plant);
  }

  Plan without(Trouble kind) {
    EnumSet<Trouble> fewer = EnumSet.copyOf(kinds);
    fewer.remove(kind);
    return new Plan(seed, relays, appliers, transactions, troubles, fewer, chaos, plant);
  }
}
