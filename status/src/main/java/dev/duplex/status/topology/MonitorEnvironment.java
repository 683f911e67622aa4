package dev.duplex.status.topology;

/** What the topology needs to know and no record tells. Thread-safe; never waits. */
public interface MonitorEnvironment {
  /** What is known of a topic. */
  enum Presence {
    PRESENT,
    ABSENT,
    UNKNOWN
  }

  /** Elapsed time, unmoved by whoever sets the clock. */
  long nanos();

  /** The clock: microseconds since 1970. */
  long micros();

  /** Whether this instance reads records about as fast as they are written. */
  boolean keepsUp();

  Presence topic(String name);
}
