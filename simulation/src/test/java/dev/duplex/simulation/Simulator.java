package dev.duplex.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Owns the time and decides who is next. Everything happens on one thread: an actor's step, or an
 * event. What blocks within a step ({@link #pass}) lets the others go on meanwhile, on top of the
 * one that waits; so a process can stand still in the middle of whatever it does.
 *
 * <p>After FoundationDB's simulator and Kafka's {@code RaftEventSimulationTest}.
 */
final class Simulator {
  private static final int DEEPEST = 4;
  private static final long LONGEST_STEP_NANOS = 60_000;

  /** Something that is due at a time, and again after each turn, until it is over. */
  abstract static class Actor {
    final String name;
    private long due;
    private boolean busy;
    private boolean over;

    Actor(String name) {
      this.name = name;
    }

    /**
     * Returns when it wants its next turn: nanoseconds from now, or a negative number for never.
     */
    abstract long turn();

    /** Whether it can have a turn now, apart from the time. */
    boolean canGo() {
      return true;
    }

    final void end() {
      over = true;
    }
  }

  /** Looks after each turn whether all is well. */
  interface Check {
    void afterTurn();
  }

  final Random random;
  final Plant plant;
  final Story story;
  private final List<Actor> actors = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();
  private final List<Actor> candidates = new ArrayList<>();
  private long nanos = 1_000_000_000L;
  private int depth;
  private long turns;
  private @Nullable Actor current;
  private @Nullable Violation violation;

  Simulator(long seed, Story story, Plant plant) {
    this.random = new Random(seed);
    this.plant = plant;
    this.story = story;
  }

  /**
   * A promise is broken. Kept here, too, because whoever is in the middle of a step may catch it.
   */
  Violation violated(String what) {
    Violation broken = new Violation(what);
    violation = violation == null ? broken : violation;
    return broken;
  }

  /** The first one. */
  @Nullable Violation violation() {
    return violation;
  }

  long nanos() {
    return nanos;
  }

  long turns() {
    return turns;
  }

  void check(Check check) {
    checks.add(check);
  }

  /** Adds an actor whose first turn comes after so many nanoseconds. */
  void add(Actor actor, long delayNanos) {
    actor.due = nanos + delayNanos;
    actors.add(actor);
  }

  /** Does something once. */
  void after(Duration delay, String name, Runnable event) {
    add(
        new Actor(name) {
          @Override
          long turn() {
            event.run();
            return -1;
          }
        },
        delay.toNanos());
  }

  /** Lets an actor's turn come now, though it wanted it later. */
  void wake(Actor actor) {
    if (actor.due > nanos) {
      actor.due = nanos;
    }
  }

  /** Keeps the actor that has its turn from having another one before so many nanoseconds. */
  void rest(long atLeastNanos) {
    Actor actor = current;
    if (actor instanceof Resting resting) {
      resting.restUntil(nanos + atLeastNanos);
    }
  }

  /** An actor whose next turn can be put off by what it calls. */
  interface Resting {
    void restUntil(long atNanos);
  }

  /** True with a probability of one in so many. */
  boolean oneIn(int many) {
    return random.nextInt(many) == 0;
  }

  /** A random duration, at most so long. */
  long upTo(Duration longest) {
    return (long) (random.nextDouble() * longest.toNanos());
  }

  /** Runs until nothing is due before an end; time is the end's then. */
  void runUntil(long endNanos) {
    while (goOn(endNanos)) {
      // a turn
    }
    nanos = Math.max(nanos, endNanos);
  }

  /** Whether the others can go on while the actor that has its turn waits. */
  boolean canPass() {
    return depth < DEEPEST;
  }

  /** The actor that has its turn waits so long; the others go on. */
  void pass(Duration time) {
    long end = nanos + time.toNanos();
    if (!canPass()) {
      nanos = end;
      return;
    }
    Actor waiting = current;
    depth++;
    try {
      runUntil(end);
    } finally {
      depth--;
      current = waiting;
    }
  }

  private boolean goOn(long endNanos) {
    Actor next = violation == null ? next(endNanos) : null;
    if (next == null) {
      return false;
    }
    nanos = Math.max(nanos, next.due) + random.nextInt((int) LONGEST_STEP_NANOS);
    turns++;
    current = next;
    next.busy = true;
    long wait;
    try {
      wait = next.turn();
    } finally {
      next.busy = false;
      current = null;
    }
    if (wait < 0 || next.over) {
      actors.remove(next);
    } else {
      next.due = Math.max(next.due, nanos + wait);
      next.due = wait == 0 ? nanos : next.due;
    }
    for (Check check : checks) {
      check.afterTurn();
    }
    return true;
  }

  /** The one that is due first; of those that are due by now, any. */
  private @Nullable Actor next(long endNanos) {
    Actor first = null;
    candidates.clear();
    for (int i = actors.size() - 1; i >= 0; i--) {
      Actor actor = actors.get(i);
      if (actor.over) {
        if (!actor.busy) {
          actors.remove(i);
        }
      } else if (!actor.busy && actor.canGo()) {
        if (actor.due <= nanos) {
          candidates.add(actor);
        } else if (first == null || actor.due < first.due) {
          first = actor;
        }
      }
    }
    if (!candidates.isEmpty()) {
      return nanos > endNanos ? null : candidates.get(random.nextInt(candidates.size()));
    }
    return first == null || first.due > endNanos ? null : first;
  }
}
