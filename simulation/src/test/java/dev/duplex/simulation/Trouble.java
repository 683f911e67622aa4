package dev.duplex.simulation;

/** What chaos may do under a seed; each seed has some of them only, so that each gets its turn. */
enum Trouble {
  KILL,
  FREEZE,
  MACHINE_CRASH,
  PRIMARY_CRASH,
  SECONDARY_CRASH,
  PRIMARY_UNREACHABLE,
  SECONDARY_UNREACHABLE,
  ANSWERS_LOST,
  KAFKA_AWAY,
  KAFKA_UNSURE,
  KAFKA_HANGS,
  REGISTRY_AWAY,
  DISK_FULL,
  FSYNC_FAILS,
  CLOCK_SET
}
