package dev.duplex.simulation;

import dev.duplex.simulation.kafka.Fault;
import dev.duplex.simulation.kafka.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Strikes as a plan says, at times that the seed decides, and makes all good again in the end. */
final class Chaos implements SimulatedProcess.Fate {
  private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(8);
  private static final Duration LONGEST_FREEZE = Duration.ofSeconds(15);
  private static final int ROOM_BYTES = 200_000;

  private final World world;
  private final Plan plan;
  private final Simulator simulator;
  private final List<Trouble> kinds;
  private boolean over;
  private boolean unsure;
  private boolean hanging;
  private int killAtCall; // 0 for nobody
  private int freezeAtCall;

  Chaos(World world, Plan plan, Simulator simulator) {
    this.world = world;
    this.plan = plan;
    this.simulator = simulator;
    this.kinds = new ArrayList<>(plan.kinds());
  }

  /** Lays down what will happen. */
  void begin() {
    for (int i = 0; i < plan.troubles(); i++) {
      Trouble trouble = kinds.get(simulator.random.nextInt(kinds.size()));
      simulator.after(
          Duration.ofNanos(simulator.upTo(plan.chaos())), "chaos", () -> strike(trouble));
    }
  }

  boolean kafkaUnsure() {
    return unsure;
  }

  /** What fails among the brokers. */
  Faults amongBrokers() {
    return call ->
        hanging && call.startsWith("write marker") && simulator.oneIn(4)
            ? Fault.REQUEST_LOST
            : Fault.NONE;
  }

  /** A call is a place to die at, or to stand still. */
  @Override
  public void at(SimulatedProcess process, String call) {
    if (over) {
      return;
    }
    if (killAtCall > 0 && --killAtCall == 0) {
      world.kill(process);
    } else if (freezeAtCall > 0 && simulator.canPass() && --freezeAtCall == 0) {
      standStill(process, simulator.upTo(LONGEST_FREEZE));
    }
  }

  /** In the middle of a call: everybody else goes on. */
  private void standStill(SimulatedProcess process, long nanos) {
    process.freeze();
    simulator.pass(Duration.ofNanos(nanos));
    process.wakeUp();
  }

  private void strike(Trouble trouble) {
    if (over) {
      return;
    }
    simulator.story.add(simulator.nanos(), "chaos", trouble.name());
    long lasts = simulator.upTo(LONGEST_OUTAGE);
    switch (trouble) {
      case KILL -> killAtCall = 1 + simulator.random.nextInt(200);
      case FREEZE -> freezeAtCall = 1 + simulator.random.nextInt(200);
      case MACHINE_CRASH -> world.crashAMachine();
      case PRIMARY_CRASH -> {
        if (!world.primary.down) {
          world.primary.crash();
          later(lasts, world.primary::restart);
        }
      }
      case SECONDARY_CRASH -> {
        if (!world.secondary.down) {
          world.secondary.crash();
          later(lasts, world.secondary::restart);
        }
      }
      case PRIMARY_UNREACHABLE -> {
        world.network.cutFromPrimary(world.anyProcess());
        later(lasts, world.network::heal);
      }
      case SECONDARY_UNREACHABLE -> {
        world.network.cutFromSecondary(world.anyProcess());
        later(lasts, world.network::heal);
      }
      case ANSWERS_LOST -> {
        world.network.loseAnswers(4);
        later(lasts, world.network::heal);
      }
      case KAFKA_AWAY -> {
        world.kafka.away(true);
        later(lasts, () -> world.kafka.away(false));
      }
      case KAFKA_UNSURE -> {
        unsure = true;
        later(lasts, () -> unsure = false);
      }
      case KAFKA_HANGS -> {
        hanging = true;
        later(lasts, () -> hanging = false);
      }
      case REGISTRY_AWAY -> {
        world.registryAway(true);
        later(lasts, () -> world.registryAway(false));
      }
      case DISK_FULL -> {
        SimulatedDisk disk = world.anyProcess().machine.disk;
        disk.capacity(disk.used() + simulator.random.nextInt(ROOM_BYTES));
        later(lasts, () -> disk.capacity(64 << 20));
      }
      case FSYNC_FAILS -> world.anyProcess().machine.disk.failNextSync();
      case CLOCK_SET -> {
        Duration by = Duration.ofMillis(simulator.random.nextInt(7_200_000) - 3_600_000);
        world.anyProcess().machine.setClock(by);
      }
    }
  }

  private void later(long nanos, Runnable what) {
    simulator.after(Duration.ofNanos(nanos), "chaos", what);
  }

  /** Nothing fails any more. */
  void end() {
    over = true;
    unsure = false;
    hanging = false;
    world.network.heal();
    world.kafka.away(false);
    world.registryAway(false);
    if (world.primary.down) {
      world.primary.restart();
    }
    if (world.secondary.down) {
      world.secondary.restart();
    }
    world.machines.forEach(machine -> machine.disk.capacity(64 << 20));
  }
}
