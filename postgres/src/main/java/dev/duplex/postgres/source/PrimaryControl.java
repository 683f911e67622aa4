package dev.duplex.postgres.source;

import dev.duplex.database.source.Claim;
import dev.duplex.database.source.Moment;
import dev.duplex.database.source.Slot;
import dev.duplex.database.source.SourceControl;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the relay asks and writes on the primary over an ordinary connection.
 *
 * <p>Owned by the relay's thread.
 */
final class PrimaryControl implements SourceControl {
  private static final String CLAIM_COLUMNS =
      "epoch, checked_epoch, instance, copy_id, passed, spool_id, spool_instance, spool_host,"
          + " spool_directory, spool_first, spool_position, lost_first, lost_last";

  // A partition goes with its table; what is unlogged is not in the log.
  private static final String UNPUBLISHED =
      """
      SELECT n.nspname, c.relname
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND NOT c.relispartition
         AND n.nspname NOT IN ('duplex', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_publication_rel r
                           JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
                          WHERE r.prrelid = c.oid AND p.pubname = ?)
       ORDER BY 1, 2
      """;

  // The first transaction in them stays what it is.
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

  private static final String MISSING =
      "the primary does not know link %s: run 'duplex init' first";

  private final Connection connection;
  private final Link link;

  PrimaryControl(Connection connection, Link link) {
    this.connection = connection;
    this.link = link;
  }

  @Override
  public Moment now() throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,"
                    + " (pg_catalog.pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint");
        ResultSet row = query.executeQuery()) {
      row.next();
      return new Moment(row.getLong(1), row.getLong(2));
    }
  }

  @Override
  public Slot slot() throws SQLException {
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

  @Override
  public @Nullable String lastReply(int pid) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT reply_time::text FROM pg_catalog.pg_stat_replication WHERE pid = ?")) {
      query.setInt(1, pid);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  @Override
  public void terminate(int pid) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT pg_catalog.pg_terminate_backend(?)")) {
      query.setInt(1, pid);
      query.execute();
    }
  }

  @Override
  public Claim claim() throws SQLException {
    return claim("SELECT " + CLAIM_COLUMNS + " FROM duplex.relay WHERE link = ?", null);
  }

  @Override
  public Claim takeClaim(Instance instance) throws SQLException {
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
        return read(row);
      }
    } catch (SQLException e) {
      if ("42P01".equals(e.getSQLState()) || "3F000".equals(e.getSQLState())) {
        throw new SetupException(String.format(MISSING, link), e); // no such table, no such schema
      }
      throw e;
    }
  }

  @Override
  public void markChecked(Instance instance, long epoch) throws SQLException {
    write(instance, epoch, "checked_epoch = epoch");
  }

  @Override
  public void registerSpool(Instance instance, long epoch, Claim.SpoolEntry entry)
      throws SQLException {
    write(
        instance,
        epoch,
        "spool_id = ?, spool_instance = ?, spool_host = ?, spool_directory = ?,"
            + " spool_first = ?, spool_position = ?, spool_since = now()",
        entry.id(),
        entry.instance(),
        entry.host(),
        entry.directory(),
        entry.first(),
        entry.last());
  }

  @Override
  public void clearSpool(Instance instance, long epoch) throws SQLException {
    write(
        instance,
        epoch,
        "spool_id = NULL, spool_instance = NULL, spool_host = NULL, spool_directory = NULL,"
            + " spool_first = NULL, spool_position = NULL, spool_since = NULL");
  }

  @Override
  public void markPassed(Instance instance, long epoch, long lsn) throws SQLException {
    write(instance, epoch, "passed = ?", lsn);
  }

  private static Claim read(ResultSet row) throws SQLException {
    String spoolId = row.getString("spool_id");
    Claim.SpoolEntry spool =
        spoolId == null
            ? null
            : new Claim.SpoolEntry(
                spoolId,
                row.getString("spool_instance"),
                row.getString("spool_host"),
                row.getString("spool_directory"),
                row.getLong("spool_first"),
                row.getLong("spool_position"));
    long lostLast = row.getLong("lost_last");
    Claim.LostRange lost =
        row.wasNull() ? null : new Claim.LostRange(row.getLong("lost_first"), lostLast);
    return new Claim(
        row.getLong("epoch"),
        row.getLong("checked_epoch"),
        row.getString("instance"),
        row.getString("copy_id"),
        row.getLong("passed"),
        spool,
        lost);
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

  @Override
  public boolean isConnected(String instance, Duration lately) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE application_name = ?"
                + " AND state_change > clock_timestamp() - ? * interval '1 millisecond'")) {
      query.setString(1, sessionName(link, instance));
      query.setLong(2, lately.toMillis());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1) > 0;
      }
    }
  }

  /** How the session of an instance is called on the primary (at most 63 bytes). */
  static String sessionName(Link link, String instance) {
    return "duplex relay " + link + "#" + Instance.mark(instance);
  }

  @Override
  public List<TableId> unpublished() throws SQLException {
    List<TableId> tables = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(UNPUBLISHED)) {
      query.setString(1, link.slot());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          tables.add(new TableId(rows.getString(1), rows.getString(2)));
        }
      }
    }
    return tables;
  }

  @Override
  public boolean adoptSpool(Instance holder, String spoolId, Claim.SpoolEntry entry)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ADOPT)) {
      statement.setString(1, holder.name());
      statement.setString(2, holder.host());
      statement.setString(3, entry.id());
      statement.setString(4, entry.instance());
      statement.setString(5, entry.host());
      statement.setString(6, entry.directory());
      statement.setLong(7, entry.last());
      statement.setString(8, link.name());
      statement.setString(9, spoolId);
      return statement.executeUpdate() == 1;
    }
  }

  @Override
  public OptionalLong abandonSpool(String spoolId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ABANDON)) {
      statement.setString(1, link.slot());
      statement.setString(2, link.name());
      statement.setString(3, spoolId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
