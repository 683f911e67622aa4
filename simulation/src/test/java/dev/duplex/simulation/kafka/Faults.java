package dev.duplex.simulation.kafka;

import java.time.Duration;

/**
 * Decides how calls end: the simulator's seed, or a test. The calls are named by what is asked for,
 * e.g. "commit", "produce bank.changes"; {@link SimulatedKafka} itself asks for what brokers do
 * among themselves: "write marker bank.changes", where a lost request is a transaction that hangs.
 */
@FunctionalInterface
public interface Faults {
  /** Nothing fails. */
  Faults NONE = call -> Fault.NONE;

  /** How a call ends; asked when it begins. May end the process that calls, by an Error. */
  Fault at(String call);

  /** The server has done it, and the caller is about to learn so. */
  default void answered(String call) {}

  /** How long a call takes that does not fail. */
  default Duration duration(String call) {
    return Duration.ofMillis(1);
  }
}
