package dev.duplex.producer.link;

/** What an instance sees by itself, whether or not anybody reports it; each at most once open. */
enum LocalIncident {
  /** Broker or registry cannot be reached from here. */
  UNREACHABLE,
  PRODUCER_SILENT,
  CONSUMER_SILENT,
  /** The relay's progress says that it has halted, or that rows are being copied. */
  PRODUCER_STATE,
  CONSUMER_STATE,
  /** A commit waited in vain to be published. */
  UNPUBLISHED,
  /** A commit waited in vain to be applied. */
  UNAPPLIED
}
