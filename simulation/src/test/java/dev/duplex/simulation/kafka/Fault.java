package dev.duplex.simulation.kafka;

/**
 * How a call to a server ends. A client tries each call again and again until its time limit, so
 * what is lost here was lost until then: the caller gets a time-out, and cannot tell the three
 * faults apart.
 */
public enum Fault {
  /** It is answered. */
  NONE,
  /** The server never hears of it. */
  REQUEST_LOST,
  /** The server does it, and the answer is lost. */
  ANSWER_LOST,
  /** The server does it when the caller has given up already, if it may be done then. */
  REQUEST_LATE
}
