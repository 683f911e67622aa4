package dev.duplex.database.source;

import org.jspecify.annotations.Nullable;

/**
 * The link's row on the primary: who has the link, and what the next one must know.
 *
 * @param checkedEpoch the last epoch under which primary and topic were found to fit together
 * @param instance who took the link last; null if nobody did yet
 * @param copyId set while existing rows are being copied, or after that was interrupted
 * @param passed the slot may be confirmed up to here although no topic and no diff file says so: up
 *     to here the log had nothing for the link
 * @param spool set while confirmed changes lie in diff files only
 * @param lost set when diff files were given up: the range that is missing on the topic
 */
public record Claim(
    long epoch,
    long checkedEpoch,
    @Nullable String instance,
    @Nullable String copyId,
    long passed,
    @Nullable SpoolEntry spool,
    @Nullable LostRange lost) {

  /**
   * Whose diff files hold changes, and where.
   *
   * @param id of the diff files, which no others have
   * @param last the last transaction in them when the entry was written; more may have followed
   */
  public record SpoolEntry(
      String id, String instance, String host, String directory, long first, long last) {}

  /** Transactions that were given up; the last is an upper bound. */
  public record LostRange(long first, long last) {}

  /** Whether confirmed changes lie in diff files that are not the given ones. */
  public boolean isSpooledElsewhere(@Nullable String spoolId) {
    return spool != null && !spool.id().equals(spoolId);
  }
}
