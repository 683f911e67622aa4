package dev.duplex.simulation;

import dev.duplex.simulation.kafka.Fault;
import dev.duplex.simulation.kafka.Faults;
import java.time.Duration;

/** The line between a process and Kafka, or the brokers among themselves: what gets lost on it. */
final class Line implements Faults {
  private final Simulator simulator;
  private final SimulatedProcess process;
  private final Chaos chaos;

  Line(Simulator simulator, SimulatedProcess process, Chaos chaos) {
    this.simulator = simulator;
    this.process = process;
    this.chaos = chaos;
  }

  @Override
  public Fault at(String call) {
    process.call(call);
    if (chaos.kafkaUnsure() && simulator.oneIn(12)) {
      return switch (simulator.random.nextInt(3)) {
        case 0 -> Fault.REQUEST_LOST;
        case 1 -> Fault.ANSWER_LOST;
        default -> Fault.REQUEST_LATE;
      };
    }
    return Fault.NONE;
  }

  @Override
  public void answered(String call) {
    process.call("answer");
  }

  @Override
  public Duration duration(String call) {
    return Duration.ofNanos(200_000 + simulator.random.nextInt(800_000));
  }
}
