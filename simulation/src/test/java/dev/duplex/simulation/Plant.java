package dev.duplex.simulation;

/**
 * Faults that are planted to see that the simulation finds them: each is a decision taken wrongly
 * at the edge of the process, where the right one would have gone through.
 */
enum Plant {
  NONE,

  // The primary.
  /** The slot is confirmed as soon as something is read. */
  SLOT_CONFIRMED_WHEN_READ,
  /** A keepalive confirms what was looked through, durable or not. */
  SLOT_CONFIRMED_BY_KEEPALIVE,
  /** Nothing keeps a second relay from the slot, the link's row and the topics. */
  TWO_WRITERS,
  /** A reader that begins anew leaves out a transaction. */
  TRANSACTION_SKIPPED,
  /** Nobody writes down that confirmed changes lie in diff files. */
  SPOOL_NOT_REGISTERED,
  /** A relay does not look whether another one has diff files. */
  SPOOL_OF_ANOTHER_IGNORED,

  // Kafka.
  /** The predecessor is not fenced, and its open transaction not aborted. */
  INIT_TRANSACTIONS_LEFT_OUT,
  /** The head of the chain is committed apart from the changes. */
  PROGRESS_OUTSIDE_OF_TRANSACTION,
  /** A commit without an answer is taken for done. */
  UNKNOWN_COMMIT_TAKEN_FOR_DONE,
  /** A commit without an answer is taken for not done, and what it held is sent again. */
  UNKNOWN_COMMIT_SENT_AGAIN,
  /** What Kafka forgot to end is left so, and the head taken for true. */
  HANGING_TRANSACTION_LEFT,
  /** Records that are not decided are applied. */
  UNCOMMITTED_READ,
  /** A record is dropped on its way. */
  RECORD_DROPPED,
  /** A record is sent twice. */
  RECORD_DOUBLED,
  /** Two records change places. */
  RECORDS_SWAPPED,

  // The disk.
  /** The head is replaced before what it tells of is durable. */
  DIFF_FILE_NOT_SYNCED,
  /** What was confirmed rests on a head that is not durable. */
  HEAD_NOT_SYNCED,
  DIRECTORY_NOT_SYNCED,
  /** A diff file is deleted while it is drained. */
  DIFF_FILE_DELETED_EARLY,

  // The secondary.
  /** Nothing keeps a second applier from the lease and the checkpoint. */
  TWO_APPLIERS,
  /** An applier that begins anew goes on from an older checkpoint. */
  CHECKPOINT_READ_LATE,
  /** The checkpoint is committed before the rows. */
  CHECKPOINT_FIRST,
  /** The rows are committed before the checkpoint. */
  ROWS_FIRST,
  /** The offset that is stored is that of the record behind the next one. */
  OFFSET_TOO_FAR,
  /** A commit that did not come through is taken for done. */
  LOST_COMMIT_TAKEN_FOR_DONE,
  /** A truncate is done when everything else of the group is. */
  TRUNCATE_LAST,
  /** Only some tables of a transaction are written. */
  COMMIT_IN_PART
}
