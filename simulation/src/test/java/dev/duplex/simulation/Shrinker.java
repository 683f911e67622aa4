package dev.duplex.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a plan that fails as small as it goes while it still fails. */
final class Shrinker {
  private static final int TRIES = 200;

  private Shrinker() {}

  /** The smallest plan found, with why it fails. */
  static Outcome shrink(Plan plan) {
    Outcome smallest = World.run(plan, true);
    int tries = 0;
    boolean smaller = true;
    while (smaller && tries < TRIES) {
      smaller = false;
      for (Plan candidate : candidates(smallest.plan())) {
        tries++;
        Outcome outcome = World.run(candidate, true);
        if (outcome.failure().isPresent()) {
          smallest = outcome;
          smaller = true;
          break;
        }
      }
    }
    return smallest;
  }

  private static List<Plan> candidates(Plan plan) {
    List<Plan> candidates = new ArrayList<>();
    if (plan.kinds().size() > 1) {
      plan.kinds().forEach(kind -> candidates.add(plan.without(kind)));
    }
    if (plan.relays() > 1) {
      candidates.add(plan.withRelays(1));
    }
    if (plan.appliers() > 1) {
      candidates.add(plan.withAppliers(1));
    }
    for (int troubles = 0; troubles < plan.troubles(); troubles++) {
      candidates.add(plan.withTroubles(troubles));
    }
    for (int many = 1; many < plan.transactions(); many = many * 2 + 1) {
      candidates.add(plan.withTransactions(many));
    }
    return candidates;
  }

  /**
   * How a seed went.
   *
   * @param failure what was broken
   * @param turns how many there were
   */
  record Outcome(Plan plan, Optional<Throwable> failure, String story, long turns) {}
}
