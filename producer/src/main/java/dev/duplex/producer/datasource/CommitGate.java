package dev.duplex.producer.datasource;

/** Knows how far commits have got, and waits for them. Called by any number of threads. */
public interface CommitGate {
  /** The receipt of a commit that was to be local. Returns at once and costs next to nothing. */
  CommitReceipt local();

  /** The receipt of a commit that wrote nothing, and so is wherever it was to be. */
  CommitReceipt nothing(CommitLevel requested);

  /**
   * Waits until everything that the primary's log holds before a position has reached a level; at
   * most {@code commit.timeout}, and not at all while it is known that it cannot be reached. An
   * interrupted thread does not wait either, and stays interrupted.
   *
   * @param position the end of the log after the commit
   */
  CommitReceipt await(CommitLevel requested, long position);

  /**
   * The receipt of a commit whose position could not be read.
   *
   * @param detail why, one line for people
   */
  CommitReceipt unknown(CommitLevel requested, String detail);
}
