package dev.duplex.simulation;

import java.time.Duration;
import java.time.Instant;

/** A machine: its clock, which is not that of the others and may be set, and its disk. */
final class Machine {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  final String name;
  final SimulatedDisk disk;
  private final Simulator simulator;
  private Duration offset = Duration.ZERO;

  Machine(Simulator simulator, String name) {
    this.simulator = simulator;
    this.name = name;
    this.disk = new SimulatedDisk(simulator);
  }

  Instant now() {
    return BEGIN.plusNanos(simulator.nanos()).plus(offset);
  }

  long micros() {
    return Duration.between(Instant.EPOCH, now()).toNanos() / 1_000;
  }

  /** Sets the clock. */
  void setClock(Duration by) {
    offset = offset.plus(by);
    simulator.story.add(simulator.nanos(), name, "clock set by " + by);
  }
}
