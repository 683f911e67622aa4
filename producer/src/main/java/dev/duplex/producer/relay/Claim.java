package dev.duplex.producer.relay;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The link's row of {@code duplex.relay} on the primary: who holds the link, and where changes may
 * lie that are on no topic.
 *
 * @param checkedEpoch the last epoch under which primary and topic were found to fit together
 * @param copyId set while existing rows are being copied, or after that was interrupted
 * @param passed the slot may be confirmed up to here although no topic and no diff file says so: up
 *     to here the log had nothing for the link
 * @param spool set while confirmed changes lie in diff files only
 * @param lost set when diff files were given up: the range that is missing on the topic
 */
record Claim(
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
   * @param id see {@link dev.duplex.producer.spool.Spool#custody}
   * @param last the last transaction in them when the entry was written; more may have followed
   */
  record SpoolEntry(
      String id, String instance, String host, String directory, long first, long last) {}

  /** Transactions that were given up; the last is an upper bound. */
  record LostRange(long first, long last) {}

  static Claim read(ResultSet row) throws SQLException {
    String spoolId = row.getString("spool_id");
    SpoolEntry spool =
        spoolId == null
            ? null
            : new SpoolEntry(
                spoolId,
                row.getString("spool_instance"),
                row.getString("spool_host"),
                row.getString("spool_directory"),
                row.getLong("spool_first"),
                row.getLong("spool_position"));
    long lostLast = row.getLong("lost_last");
    LostRange lost = row.wasNull() ? null : new LostRange(row.getLong("lost_first"), lostLast);
    return new Claim(
        row.getLong("epoch"),
        row.getLong("checked_epoch"),
        row.getString("instance"),
        row.getString("copy_id"),
        row.getLong("passed"),
        spool,
        lost);
  }

  /** Whether confirmed changes lie in diff files that are not the given ones. */
  boolean isSpooledElsewhere(@Nullable String spoolId) {
    return spool != null && !spool.id().equals(spoolId);
  }
}
