package dev.duplex.simulation;

import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of Duplex: its loops are actors, its time is its machine's. It can be killed, or frozen
 * and woken, between any two steps and at any call to something outside of it ({@link #call}).
 */
final class SimulatedProcess implements Loops {
  /** What may happen to a process when it calls something outside. */
  interface Fate {
    /** May kill the process, or let it stand still. */
    void at(SimulatedProcess process, String call);
  }

  final String name;
  final Machine machine;
  private final Simulator simulator;
  private final Fate fate;
  private final List<LoopActor> loops = new ArrayList<>();
  private final List<Runnable> deaths = new ArrayList<>();
  private boolean dead;
  private boolean frozen;

  SimulatedProcess(Simulator simulator, String name, Machine machine, Fate fate) {
    this.simulator = simulator;
    this.name = name;
    this.machine = machine;
    this.fate = fate;
  }

  boolean isAlive() {
    return !dead;
  }

  boolean isFrozen() {
    return frozen;
  }

  /** Runs when the process dies, however it dies. */
  void whenDead(Runnable what) {
    deaths.add(what);
  }

  /** Ends it at once. */
  void kill() {
    if (!dead) {
      simulator.story.add(simulator.nanos(), name, "is killed");
      dead = true;
      loops.forEach(LoopActor::end);
      deaths.forEach(Runnable::run);
    }
  }

  void freeze() {
    frozen = true;
    simulator.story.add(simulator.nanos(), name, "stands still");
  }

  void wakeUp() {
    frozen = false;
    simulator.story.add(simulator.nanos(), name, "wakes up");
  }

  /** Called by everything outside before and after it does what the process asks for. */
  void call(String what) {
    if (dead) {
      throw new Killed(name);
    }
    if (simulator.story.isKept()) {
      simulator.story.add(simulator.nanos(), name, what);
    }
    fate.at(this, what);
    if (dead) {
      throw new Killed(name);
    }
  }

  /** A call takes some time. */
  void pass(Duration time) {
    simulator.pass(time);
    if (dead) {
      throw new Killed(name);
    }
  }

  @Override
  public Running start(String loopName, Loop loop) {
    LoopActor actor = new LoopActor(name + "/" + loopName, loop);
    loops.add(actor);
    simulator.add(actor, 0);
    return actor;
  }

  /** The process's time. */
  Time time() {
    return new ProcessTime();
  }

  private final class LoopActor extends Simulator.Actor implements Running, Simulator.Resting {
    private final Loop loop;
    private boolean stopped;
    private boolean ended;
    private long restUntil;

    LoopActor(String name, Loop loop) {
      super(name);
      this.loop = loop;
    }

    @Override
    boolean canGo() {
      return !frozen;
    }

    @Override
    long turn() {
      if (dead || stopped) {
        ended = true;
        return -1;
      }
      try {
        restUntil = 0;
        long wait = loop.step();
        if (wait == Loop.OVER) {
          ended = true;
          return -1;
        }
        return Math.max(wait, restUntil - simulator.nanos());
      } catch (InterruptedException | Killed e) {
        ended = true;
        return -1;
      }
    }

    @Override
    public void restUntil(long atNanos) {
      restUntil = Math.max(restUntil, atNanos);
    }

    @Override
    public void wake() {
      simulator.wake(this);
    }

    @Override
    public void stop() {
      stopped = true;
      simulator.wake(this);
    }

    @Override
    public boolean join(Duration limit) {
      if (!ended) {
        end(); // nobody would step it while its owner waits
        ended = true;
      }
      return true;
    }
  }

  private final class ProcessTime implements Time {
    private final Clock clock = new MachineClock();

    @Override
    public long nanos() {
      return simulator.nanos();
    }

    @Override
    public Clock clock() {
      return clock;
    }

    @Override
    public void sleep(Duration duration) {
      pass(duration);
    }
  }

  private final class MachineClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return machine.now();
    }
  }
}
