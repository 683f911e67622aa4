package dev.duplex.producer.spool;

import org.jspecify.annotations.Nullable;

/** The diff files that a reader goes through; what they have may grow while it does. */
interface CommittedFiles {
  /** The file with this sequence, or the next after it; null if there is none. */
  @Nullable DiffFile from(long sequence);
}
