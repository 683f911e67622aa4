package dev.duplex.simulation.kafka;

import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Loops that a test steps, each in turn, however long they want to wait. */
final class SteppedLoops implements Loops {
  private final List<Stepped> loops = new ArrayList<>();

  @Override
  public Running start(String name, Loop loop) {
    Stepped started = new Stepped(loop);
    loops.add(started);
    return started;
  }

  void step() throws InterruptedException {
    for (Stepped each : List.copyOf(loops)) {
      each.step();
    }
  }

  private static final class Stepped implements Running {
    private final Loop loop;
    private boolean over;

    Stepped(Loop loop) {
      this.loop = loop;
    }

    void step() throws InterruptedException {
      over = over || loop.step() == Loop.OVER;
    }

    @Override
    public void wake() {}

    @Override
    public void stop() {
      over = true;
    }

    @Override
    public boolean join(Duration limit) throws InterruptedException {
      for (int i = 0; i < 1_000 && !over; i++) {
        step();
      }
      return over;
    }
  }
}
