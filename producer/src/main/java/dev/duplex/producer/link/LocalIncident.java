package dev.duplex.producer.link;

import dev.duplex.schemas.Reason.Blocks;

/** What an instance sees by itself, whether or not anybody reports it; each at most once open. */
enum LocalIncident {
  /** Broker or registry cannot be reached from here. */
  UNREACHABLE(Blocks.PUBLISHING),
  PRODUCER_SILENT(Blocks.PUBLISHING),
  CONSUMER_SILENT(Blocks.APPLYING),
  /** The relay's progress says that it has halted, or that rows are being copied. */
  PRODUCER_STATE(Blocks.PUBLISHING),
  CONSUMER_STATE(Blocks.APPLYING),
  /** A commit waited in vain to be published. */
  UNPUBLISHED(Blocks.PUBLISHING),
  /** A commit waited in vain to be applied. */
  UNAPPLIED(Blocks.APPLYING);

  private final Blocks blocks;

  LocalIncident(Blocks blocks) {
    this.blocks = blocks;
  }

  /** What does not go on meanwhile. */
  Blocks blocks() {
    return blocks;
  }
}
