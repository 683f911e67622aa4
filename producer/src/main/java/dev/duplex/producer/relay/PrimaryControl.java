package dev.duplex.producer.relay;

import dev.duplex.config.PrimaryConfig;
import dev.duplex.producer.spool.Spool;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.SetupException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the relay asks and writes on the primary over an ordinary connection.
 *
 * <p>Owned by the relay's thread.
 */
final class PrimaryControl {
  /**
   * A moment of the primary.
   *
   * @param micros its clock, microseconds since 1970
   * @param flushedLsn the end of its log on disk, read after the clock
   */
  record Moment(long micros, long flushedLsn) {}

  /**
   * The link's slot.
   *
   * @param confirmed its confirmed_flush_lsn
   * @param activePid the server process of its reader, 0 if nobody reads it
   */
  record Slot(long confirmed, int activePid) {}

  private static final String CLAIM_COLUMNS =
      "epoch, checked_epoch, instance, copy_id, passed, spool_id, spool_instance, spool_host,"
          + " spool_directory, spool_first, spool_position, lost_first, lost_last";

  private static final String MISSING =
      "the primary does not know link %s: run 'duplex init' first";

  private final Connection connection;
  private final Link link;

  PrimaryControl(Connection connection, Link link) {
    this.connection = connection;
    this.link = link;
  }

  /** Asks over the same connection. */
  UnpublishedTables unpublished(PrimaryConfig config) {
    return new UnpublishedTables(connection, link, config);
  }

  Moment now() throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,"
                    + " (pg_catalog.pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint");
        ResultSet row = query.executeQuery()) {
      row.next();
      return new Moment(row.getLong(1), row.getLong(2));
    }
  }

  /**
   * The link's slot.
   *
   * @throws HaltException if it is gone or the server has given up what it kept
   */
  Slot slot() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT (confirmed_flush_lsn - '0/0'::pg_lsn)::bigint, coalesce(active_pid, 0),"
                + " coalesce(wal_status, '') FROM pg_catalog.pg_replication_slots"
                + " WHERE slot_name = ?")) {
      query.setString(1, link.slot());
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new HaltException(
              Reason.CAPTURE_LOST,
              "slot "
                  + link.slot()
                  + " is gone from the primary, and with it what was not published yet: run"
                  + " 'duplex init --recopy'");
        }
        if (row.getString(3).equals("lost")) {
          throw new HaltException(
              Reason.CAPTURE_LOST,
              "the primary has dropped log that slot "
                  + link.slot()
                  + " needs (max_slot_wal_keep_size): run 'duplex init --recopy'");
        }
        return new Slot(row.getLong(1), row.getInt(2));
      }
    }
  }

  /** When the slot's reader last spoke to the server, as its own clock says; for comparing only. */
  @Nullable String lastReply(int pid) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT reply_time::text FROM pg_catalog.pg_stat_replication WHERE pid = ?")) {
      query.setInt(1, pid);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  void terminate(int pid) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT pg_catalog.pg_terminate_backend(?)")) {
      query.setInt(1, pid);
      query.execute();
    }
  }

  /** Who holds the link now. */
  Claim claim() throws SQLException {
    return claim("SELECT " + CLAIM_COLUMNS + " FROM duplex.relay WHERE link = ?", null);
  }

  /** Makes an instance the holder, under the next epoch; durable when it returns. */
  Claim takeClaim(Instance instance) throws SQLException {
    return claim(
        "UPDATE duplex.relay SET epoch = epoch + 1, instance = ?, host = ?, claimed_at = now()"
            + " WHERE link = ? RETURNING "
            + CLAIM_COLUMNS,
        instance);
  }

  private Claim claim(String sql, @Nullable Instance instance) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int parameter = 1;
      if (instance != null) {
        statement.setString(parameter++, instance.name());
        statement.setString(parameter++, instance.host());
      }
      statement.setString(parameter, link.name());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SetupException(String.format(MISSING, link));
        }
        return Claim.read(row);
      }
    } catch (SQLException e) {
      if ("42P01".equals(e.getSQLState()) || "3F000".equals(e.getSQLState())) {
        throw new SetupException(String.format(MISSING, link), e); // no such table, no such schema
      }
      throw e;
    }
  }

  /** Remembers that Kafka's head was found to fit to this epoch. */
  void markChecked(Instance instance, long epoch) throws SQLException {
    write(instance, epoch, "checked_epoch = epoch");
  }

  /**
   * Writes that changes which are confirmed, or will be, lie in diff files only; durable when it
   * returns.
   */
  void registerSpool(Instance instance, long epoch, Spool spool) throws SQLException {
    write(
        instance,
        epoch,
        "spool_id = ?, spool_instance = instance, spool_host = host, spool_directory = ?,"
            + " spool_first = ?, spool_position = ?, spool_since = now()",
        spool.custody(),
        spool.directory().toAbsolutePath().toString(),
        spool.totals().firstPosition(),
        spool.totals().lastPosition());
  }

  /** Everything in the diff files is published. */
  void clearSpool(Instance instance, long epoch) throws SQLException {
    write(
        instance,
        epoch,
        "spool_id = NULL, spool_instance = NULL, spool_host = NULL, spool_directory = NULL,"
            + " spool_first = NULL, spool_position = NULL, spool_since = NULL");
  }

  /** Writes that the log has nothing for the link between what is published and an LSN. */
  void markPassed(Instance instance, long epoch, long lsn) throws SQLException {
    write(instance, epoch, "passed = ?", lsn);
  }

  private void write(Instance instance, long epoch, String assignments, Object... values)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE duplex.relay SET "
                + assignments
                + " WHERE link = ? AND epoch = ? AND instance = ? AND copy_id IS NULL")) {
      int parameter = 1;
      for (Object value : values) {
        statement.setObject(parameter++, value);
      }
      statement.setString(parameter++, link.name());
      statement.setLong(parameter++, epoch);
      statement.setString(parameter, instance.name());
      if (statement.executeUpdate() != 1) {
        throw new FencedException("another producer of link " + link + " took over");
      }
    }
  }

  /**
   * Whether an instance is connected to the primary and not frozen: it says something every second.
   */
  boolean isConnected(String instance, Duration takeoverAfter) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE application_name = ?"
                + " AND state_change > clock_timestamp() - ? * interval '1 millisecond'")) {
      query.setString(1, Instance.controlName(link, instance));
      query.setLong(2, takeoverAfter.toMillis());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1) > 0;
      }
    }
  }

  /**
   * Checks that the log goes on from where the link was left.
   *
   * @throws HaltException if positions run backwards: the primary was restored
   */
  void requireNotBehind(long decoded) throws SQLException {
    long flushed = now().flushedLsn();
    if (flushed < decoded) {
      throw new HaltException(
          Reason.CAPTURE_LOST,
          "the primary's log ends at "
              + Position.format(flushed)
              + ", but up to "
              + Position.format(decoded)
              + " was published: the primary was restored to an earlier point; run"
              + " 'duplex init --recopy'");
    }
  }
}
