package dev.duplex.kafka.registry;

/** What the registry demands of a subject's next version. */
public enum Compatibility {
  /** Row subjects: a replica must follow its source. */
  NONE,
  /** Progress and status: old readers meet new writers. */
  BACKWARD
}
