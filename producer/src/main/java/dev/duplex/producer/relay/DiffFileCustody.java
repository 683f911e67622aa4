package dev.duplex.producer.relay;

import dev.duplex.config.SpoolConfig;
import dev.duplex.producer.spool.Disk;
import dev.duplex.producer.spool.Spool;
import dev.duplex.producer.spool.SpoolDirectory;
import dev.duplex.producer.spool.SpoolReader;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Decides over diff files that a relay elsewhere has left, on an operator's word: takes them over,
 * or gives them up. Either way the relay that wrote them is fenced.
 *
 * <p>Owned by one thread; uses one session on the primary in autocommit mode.
 */
public final class DiffFileCustody {
  /**
   * What was given up or taken over.
   *
   * @param first the first transaction in the files
   * @param last the last one; after {@link #abandon} an upper bound
   */
  public record Range(String instance, String host, String directory, long first, long last) {}

  private static final String ADOPT =
      """
      UPDATE duplex.relay
         SET epoch = epoch + 1, instance = ?, host = ?, spool_id = ?, spool_instance = ?,
             spool_host = ?, spool_directory = ?, spool_position = ?, spool_since = pg_catalog.now()
       WHERE link = ? AND spool_id = ?
      """;

  // Nothing behind the confirmed place is lost: the slot sends it again.
  private static final String ABANDON =
      """
      UPDATE duplex.relay
         SET epoch = epoch + 1, lost_first = spool_first,
             lost_last = GREATEST(spool_position, (SELECT (confirmed_flush_lsn - '0/0'::pg_lsn)::bigint
                                                     FROM pg_catalog.pg_replication_slots
                                                    WHERE slot_name = ?)),
             spool_id = NULL, spool_instance = NULL, spool_host = NULL, spool_directory = NULL,
             spool_first = NULL, spool_position = NULL, spool_since = NULL
       WHERE link = ? AND spool_id = ? RETURNING lost_last
      """;

  private final Connection session;
  private final Link link;
  private final PrimaryControl primary;
  private final Duration takeoverAfter;
  private final Instance instance = Instance.create();

  public DiffFileCustody(Connection session, Link link, Duration takeoverAfter) {
    this.session = session;
    this.link = link;
    this.primary = new PrimaryControl(session, link);
    this.takeoverAfter = takeoverAfter;
  }

  /**
   * Copies diff files to this machine's spool directory and makes them the link's; whoever has that
   * directory drains them. The given directory is left as it is. May be repeated after it was
   * interrupted.
   *
   * @param directory the link's directory of the other machine, or a copy of it
   * @throws SetupException if these are not the missing files, or their relay still runs
   * @throws dev.duplex.schemas.failure.HaltException if the files are damaged
   */
  public Range adopt(Path directory, SpoolConfig config) throws SQLException {
    Claim.SpoolEntry entry = missing();
    if (entry.id().equals(SpoolDirectory.findCustody(Disk.local(), config, link))) {
      throw new SetupException(
          "the diff files of link "
              + link
              + " are in "
              + config.directoryOf(link.name())
              + " already: start 'duplex producer' with this directory");
    }
    if (!entry.id().equals(SpoolDirectory.findCustody(Disk.local(), directory))) {
      throw new SetupException(
          directory
              + " does not hold the diff files that link "
              + link
              + " misses: they are those of "
              + entry.directory()
              + " on "
              + entry.host());
    }
    try (Spool spool = Spool.openCopy(config, link, directory)) {
      long last = read(spool);
      if (last < entry.last()) {
        throw new SetupException(
            "the diff files in "
                + directory
                + " end at "
                + Position.format(last)
                + ", but those of the link reach to "
                + Position.format(entry.last())
                + " at least: copy the directory again");
      }
      String own = spool.directory().toAbsolutePath().toString();
      try (PreparedStatement statement = session.prepareStatement(ADOPT)) {
        statement.setString(1, instance.name()); // whoever held the link does not any more
        statement.setString(2, instance.host());
        statement.setString(3, spool.custody());
        statement.setString(4, instance.name());
        statement.setString(5, instance.host());
        statement.setString(6, own);
        statement.setLong(7, last);
        statement.setString(8, link.name());
        statement.setString(9, entry.id());
        requireOne(statement.executeUpdate());
      }
      return new Range(entry.instance(), entry.host(), own, entry.first(), last);
    }
  }

  /** Gives the missing diff files up; the link is diverged until its rows are copied anew. */
  public Range abandon() throws SQLException {
    Claim.SpoolEntry entry = missing();
    try (PreparedStatement statement = session.prepareStatement(ABANDON)) {
      statement.setString(1, link.slot());
      statement.setString(2, link.name());
      statement.setString(3, entry.id());
      try (ResultSet row = statement.executeQuery()) {
        requireOne(row.next() ? 1 : 0);
        return new Range(
            entry.instance(), entry.host(), entry.directory(), entry.first(), row.getLong(1));
      }
    }
  }

  /** Reads all of it once, so that damage is found while the original is still at hand. */
  private static long read(Spool spool) {
    try (SpoolReader reader = spool.reader()) {
      while (reader.next() != null) {
        // only the checks matter
      }
    }
    return spool.totals().lastPosition();
  }

  private Claim.SpoolEntry missing() throws SQLException {
    Claim.SpoolEntry entry = primary.claim().spool();
    if (entry == null) {
      throw new SetupException("link " + link + " misses no diff files: there is nothing to do");
    }
    if (primary.isConnected(entry.instance(), takeoverAfter)) {
      throw new SetupException(
          "producer " + entry.instance() + " runs and has these diff files: stop it first");
    }
    return entry;
  }

  private void requireOne(int rows) {
    if (rows != 1) {
      throw new RetryException(
          Reason.DIFF_FILE_ELSEWHERE,
          "the diff files of link " + link + " have just changed hands: look again",
          null);
    }
  }
}
