package dev.duplex.config;

/** How far a transaction must have got before its commit returns; in ascending order. */
public enum CommitMode {
  /** Committed on the primary. */
  ASYNC,
  /** And held by all in-sync replicas in Kafka. */
  PUBLISHED,
  /** And committed on the secondary. */
  APPLIED
}
